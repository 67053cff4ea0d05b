"""What could stand at a place of a scenario: the examples that the model has for it."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from pydantic import WithJsonSchema

from engine.text.source_text import KeyPath
from wptest.scenario.scenario import Scenario
from wptest.shapes.shape import Shape


def examples_at(path: KeyPath) -> list[Any]:
    """Values that could stand at `path`; none where the model says none."""
    shape: type[Shape] | None = Scenario
    found: list[Any] = []
    names = 0  # how many of the next parts are names of the scenario's own, not keys of the language
    for part in path:
        if isinstance(part, int):
            found = [each[0] for each in found if isinstance(each, list) and each]
        elif names:
            names -= 1
            found = [next(iter(each.values())) for each in found if isinstance(each, dict) and each]
        else:
            fields = {field.alias or name: field for name, field in shape.model_fields.items()} if shape else {}
            if part not in fields:
                return []
            found = list(fields[part].examples or _of_kind(fields[part].annotation, fields[part].metadata))
            names, shape = inner_shape(fields[part].annotation)
    return found


def inner_shape(annotation: Any) -> tuple[int, type[Shape] | None]:
    """How many mappings of names are around the shape that a value has, and that shape."""
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return 0, annotation
    is_mapping = get_origin(annotation) is dict
    for argument in get_args(annotation)[1 if is_mapping else 0 :]:
        names, shape = inner_shape(argument)
        if shape is not None or names:
            return names + is_mapping, shape
    return int(is_mapping), None


def _of_kind(annotation: Any, metadata: list[Any]) -> list[Any]:
    """The examples of a kind of value, which its schema has."""
    for each in metadata:
        if isinstance(each, WithJsonSchema) and each.json_schema is not None:
            return list(each.json_schema.get("x-value", {}).get("examples", ()))
    for argument in get_args(annotation):
        if found := _of_kind(argument, list(getattr(argument, "__metadata__", ()))):
            return found
    return []
