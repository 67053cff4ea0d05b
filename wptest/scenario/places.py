"""Where in a scenario each key of the language stands, and what could stand at a place."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args, get_origin

from pydantic import WithJsonSchema

from engine.text.source_text import KeyPath
from wptest.scenario.scenario import Scenario
from wptest.shapes.shape import Shape

NAME, ITEM = "*", "-"  # any name of the scenario's own, any item of a list

_DEEPEST = 6
_TOLD = 3


def where_it_belongs(key: str, path: KeyPath) -> str | None:
    """How a key is written that stands in the mapping at `path` and belongs elsewhere; None where nobody knows it.

    Nearer places are meant first: those below the mapping that it stands in, then those that are around it.
    """
    here = tuple(part if isinstance(part, str) else ITEM for part in path)
    found = [place for place in _places().get(key, ()) if not _same(place, here) and _is_likely(place, here)]
    ranks = {place: _distance(place, here) for place in found}
    best = [place for place in found if ranks[place] == min(ranks.values())]
    if not best or len(best) > _TOLD:
        return None
    if best == [()]:
        return f"'{key}' stands at the top level"
    # Below the mapping that it stands in, the rest is enough.
    inner_shape = len(here) if ranks[best[0]][0] == 0 else 0
    return f"write {' or '.join(_skeleton((*place[inner_shape:], key)) for place in best)}"


def _is_likely(place: tuple[str, ...], here: tuple[str, ...]) -> bool:
    """Steps are meant as those of `when`, and expectations as those of `then`, where nothing else says so."""
    if place[:1] == here[:1]:
        return True
    return place[:1] not in (("meanwhile",), ("cleanup",)) and "check" not in place


def _skeleton(place: tuple[str, ...]) -> str:
    """`project: {sinks: {NAME: {type: ...}}}`."""
    first, *rest = place
    if not rest:
        return f"{first}: ..."
    inner_shape = _skeleton(tuple(rest))
    if first == ITEM:
        return f"[{{{inner_shape}}}]"
    name = "NAME" if first == NAME else first
    return f"{name}: {inner_shape}" if rest[0] == ITEM else f"{name}: {{{inner_shape}}}"


def is_key_below(key: str, path: KeyPath) -> bool:
    """Whether a key can stand directly in the mapping at `path`."""
    here = tuple(part if isinstance(part, str) else ITEM for part in path)
    return any(_same(place, here) for place in _places().get(key, ()))


def _same(place: tuple[str, ...], here: tuple[str, ...]) -> bool:
    return len(place) == len(here) and all(one in (NAME, other) for one, other in zip(place, here, strict=True))


def _distance(place: tuple[str, ...], here: tuple[str, ...]) -> tuple[int, int]:
    shared = 0
    for one, other in zip(place, here, strict=False):
        if one not in (NAME, other):
            break
        shared += 1
    return (len(here) - shared, len(place) - shared)


@cache
def _places() -> dict[str, list[tuple[str, ...]]]:
    """By key the mappings that it stands in, as paths; none of `steps`, whose steps are those of `when`."""
    found: dict[str, list[tuple[str, ...]]] = {}

    def walk(shape: type[Shape], path: tuple[str, ...]) -> None:
        keys = set(shape.key_names())
        for name, field in shape.model_fields.items():
            key = field.alias or name
            if key not in keys or (not path and key == "steps"):
                continue
            found.setdefault(key, []).append(path)
            names, child = inner_shape(field.annotation)
            if child is not None and len(path) < _DEEPEST:
                parts = (NAME,) * names + ((ITEM,) if _is_list(field.annotation) else ())
                walk(child, (*path, key, *parts))

    walk(Scenario, ())
    return found


def _is_list(annotation: object) -> bool:
    return get_origin(annotation) is tuple or any(
        _is_list(each) for each in get_args(annotation) if get_origin(annotation) is not dict
    )


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
