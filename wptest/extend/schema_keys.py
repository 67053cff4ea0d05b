"""Extensions in the JSON Schema of a scenario: their keys, beside those of the language."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from wptest.shapes.extension import Extension, Extensions

Node = dict[str, Any]
Schema = Callable[[Extension], Node]


def add_extensions(definitions: dict[str, Node], extensions: Extensions, schema_of: Schema) -> None:
    """Add extensions to the definitions of a schema, as the model has them; `schema_of` says what one is given."""
    for extension in extensions:
        definitions[_name(extension)] = schema_of(extension)
    by_kind = extensions.by_kind
    for shape in ("Check", "Then"):
        definitions[shape]["properties"] |= _keys(by_kind["check"])
    definitions["InlineSink"] = _with_sinks(definitions["InlineSink"], by_kind["sink"])
    if by_kind["fault"]:
        own: Node = {
            "type": "object",
            "properties": _keys(by_kind["fault"]),
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }
        definitions["StorageFault"] = definitions["Fault"]
        definitions["Fault"] = {"anyOf": [{"$ref": "#/definitions/StorageFault"}, own]}


def _with_sinks(sink: Node, sinks: Mapping[str, Extension]) -> Node:
    """A sink is of one type, by its name or by an extension."""
    told = copy.deepcopy(sink)
    told["properties"] |= _keys(sinks)
    for name in sinks:
        others = [each for each in ("type", *sinks) if each != name]
        without = {"not": {"anyOf": [{"required": [other]} for other in others]}}
        told.setdefault("dependencies", {})[name] = without
    return told


def _keys(extensions: Mapping[str, Extension]) -> Node:
    return {
        name: {
            "$ref": f"#/definitions/{_name(extension)}",
            "description": extension.doc or f"The {extension.kind} `{name}`.",
            "examples": [extension.example],
        }
        for name, extension in extensions.items()
    }


def _name(extension: Extension) -> str:
    return f"Own{extension.kind.capitalize()}-{extension.name}"
