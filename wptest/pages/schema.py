"""The JSON Schema of a scenario, for editors: made from the model, shipped as a file.

`python -m wptest.pages.schema --write` writes the file, `--check` proves that it is what the model makes. The
schema keeps to what draft-07 has, because that is what yaml-language-server understands.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DictSchema

from wptest.expressions.substitute import FIXED_KEYS
from wptest.extend.schema_keys import add_extensions
from wptest.pages import snippets
from wptest.pages.generated import write_or_check
from wptest.reuse.defaults import ALLOWED
from wptest.scenario.scenario import Scenario
from wptest.shapes.extension import NO_EXTENSIONS, Extensions
from wptest.shapes.shape import Shape
from wptest.text.wording import flow

SCHEMA_FILE = Path(__file__).parents[1] / "schema" / "scenario.schema.json"

_Node = dict[str, Any]

_EXPRESSION: _Node = {"type": "string", "pattern": r"\$\{\{[\s\S]*?\}\}"}
# What says something about a value and constrains nothing; it stays outside where a choice is put around.
_NOTES = ("description", "markdownDescription", "examples", "default", "defaultSnippets")


class _Generator(GenerateJsonSchema):
    """Says what a mapping's keys look like as draft-07 and editors understand it best."""

    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        """A mapping: its values, and the pattern or the words of its keys."""
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        values = self.generate_inner(schema["values_schema"]) if "values_schema" in schema else {}
        keys = keys.get("x-value", keys)
        names = {key: keys[key] for key in ("pattern", "enum", "minLength") if key in keys}
        told = {"type": "object", "additionalProperties": values or True} | (
            {"propertyNames": names} if names else {}
        )
        self.update_with_validations(told, schema, self.ValidationsMapping.object)
        return told


def scenario_schema(extensions: Extensions = NO_EXTENSIONS) -> _Node:
    """The schema, as plain data, with the extensions that scenarios may use."""
    raw = _raw(Scenario)
    definitions = raw.pop("$defs")
    add_extensions(definitions, extensions, lambda extension: _raw(extension.shape))
    named: dict[str, _Node] = {}
    root = _plain(raw, named)
    parts = {name: _plain(part, named) for name, part in definitions.items()}
    for part in (*parts.values(), *named.values()):
        _accept_expressions(part)
    _accept_expressions(root, besides=FIXED_KEYS)
    _offer_snippets(root["properties"], parts)
    _allow_defaults(root)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "wptest scenario",
        **root,
        "definitions": {"expression": _EXPRESSION} | dict(sorted((named | parts).items())),
    }


def schema_text(extensions: Extensions = NO_EXTENSIONS) -> str:
    """The schema as its file has it."""
    return json.dumps(scenario_schema(extensions), indent=1, ensure_ascii=True) + "\n"


def _raw(shape: type[Shape]) -> _Node:
    return shape.model_json_schema(ref_template="#/definitions/{model}", schema_generator=_Generator)


def _plain(node: Any, named: dict[str, _Node]) -> Any:
    """A copy without what only Python has (titles, null, inner defaults), its named values as definitions."""
    if isinstance(node, list):
        return [_plain(item, named) for item in node]
    if not isinstance(node, dict):
        return node
    if "x-name" in node:
        name, value = str(node["x-name"]), node["x-value"]
        named.setdefault(name, _plain({key: part for key, part in value.items() if key not in _NOTES}, named))
        # An editor shows the innermost notes that it finds: so they stand where the value is used, nowhere else.
        notes = {key: node.get(key) or value.get(key) for key in _NOTES}
        return {"$ref": f"#/definitions/{name}"} | {key: part for key, part in notes.items() if part}
    plain = {}
    for key, value in node.items():
        if key == "properties":
            plain[key] = {name: _property(part, named) for name, part in value.items()}
        elif key in ("examples", "required", "dependencies", "enum"):
            plain[key] = value
        elif key == "default":
            plain |= {key: value} if isinstance(value, str) and value else {}
        elif key not in ("title", "description") or (key == "description" and "properties" not in node):
            plain[key] = _plain(value, named)
    return _keyed(_without_null(plain))


def _property(node: _Node, named: dict[str, _Node]) -> _Node:
    plain = _with_markdown(_plain(node, named))
    if "description" in plain:
        for choice in plain.get("anyOf", ()):
            for note in _NOTES:
                choice.pop(note, None)
    # In draft-07 nothing beside a $ref counts.
    return plain if len(plain) == 1 or "$ref" not in plain else {"allOf": [{"$ref": plain.pop("$ref")}], **plain}


def _with_markdown(node: _Node) -> _Node:
    """The node with its description as Markdown, which has the examples that are no single values.

    Editors show and offer single values themselves; of others they make `[object Object]`.
    """
    if "description" not in node:
        return node
    examples = node.get("examples", [])
    larger = ", ".join(f"`{flow(example)}`" for example in examples if isinstance(example, dict | list))
    told = {key: value for key, value in node.items() if key != "examples"}
    told["markdownDescription"] = node["description"] + (f"\n\nFor example: {larger}" if larger else "")
    single = [example for example in examples if not isinstance(example, dict | list)]
    return told | ({"examples": single} if single else {})


def _without_null(node: _Node) -> _Node:
    listed: list[_Node] = node.get("anyOf") or node.get("oneOf") or []
    choices = [choice for choice in listed if choice != {"type": "null"}]
    if not choices or "required" in choices[0]:
        return node
    rest = {key: value for key, value in node.items() if key not in ("anyOf", "oneOf")}
    return {**choices[0], **rest} if len(choices) == 1 else {"anyOf": choices, **rest}


def _keyed(node: _Node) -> _Node:
    """A mapping of a few known words has them as properties: that is what editors complete."""
    words = node.get("propertyNames", {}).get("enum")
    if not words or "additionalProperties" not in node:
        return node
    value = node["additionalProperties"]
    rest = {key: part for key, part in node.items() if key != "propertyNames"}
    properties = {word: copy.deepcopy(value) for word in words}
    return {
        **rest,
        "properties": properties,
        "patternProperties": {_EXPRESSION["pattern"]: value},
        "additionalProperties": False,
    }


def _accept_expressions(node: Any, besides: Iterable[str] = ()) -> None:
    """Let every value also be an expression, whatever it has to be otherwise."""
    if isinstance(node, list):
        for item in node:
            _accept_expressions(item)
        return
    if not isinstance(node, dict):
        return
    for key in ("anyOf", "oneOf", "allOf", "definitions"):
        _accept_expressions(node.get(key))
    properties = node.get("properties", {})
    for name in properties:
        if name not in besides:
            properties[name] = _or_expression(properties[name])
    patterns = node.get("patternProperties", {})
    for pattern in patterns:
        patterns[pattern] = _or_expression(patterns[pattern])
    for key in ("additionalProperties", "items"):
        if isinstance(node.get(key), dict):
            node[key] = _or_expression(node[key])
    if "pattern" in node.get("propertyNames", {}):
        node["propertyNames"] = {"anyOf": [node["propertyNames"], {"pattern": _EXPRESSION["pattern"]}]}


def _or_expression(node: _Node) -> _Node:
    _accept_expressions(node)
    constraints = {key: value for key, value in node.items() if key not in _NOTES}
    if not constraints or constraints == {"type": "string"}:
        return node
    notes = {key: value for key, value in node.items() if key in _NOTES}
    choices = constraints["anyOf"] if set(constraints) == {"anyOf"} else [_bare(constraints)]
    return {**notes, "anyOf": [*choices, {"$ref": "#/definitions/expression"}]}


def _bare(node: _Node) -> _Node:
    (only,) = node["allOf"] if set(node) == {"allOf"} and len(node["allOf"]) == 1 else (node,)
    bare: _Node = only
    return bare


def _allow_defaults(root: _Node) -> None:
    """A document is a scenario, whose project may be a default, or it is the defaults."""
    description = "What every scenario of the file has unless it says otherwise: the first document, alone."
    example = {"project": {"sinks": {"access_log": {}}}, "then": {"ledger": {"lost": 0}}}
    inside = {key: {"$ref": f"#/properties/{key}"} for key in ALLOWED}
    root["properties"]["defaults"] = {
        **_with_markdown({"description": description, "examples": [example]}),
        "type": "object",
        "properties": inside,
        "additionalProperties": False,
    }
    mine = [key for key in root.pop("required") if key not in ALLOWED]
    root["oneOf"] = [
        {"required": mine, "not": {"required": ["defaults"]}},
        {"required": ["defaults"], "maxProperties": 1},
    ]


def _offer_snippets(properties: Mapping[str, _Node], parts: Mapping[str, _Node]) -> None:
    parts["Step"]["defaultSnippets"] = snippets.of_steps("when")
    parts["CleanupStep"]["defaultSnippets"] = snippets.of_steps("cleanup")
    properties["given"]["defaultSnippets"] = snippets.GIVEN
    properties["then"]["defaultSnippets"] = snippets.THEN


if __name__ == "__main__":
    raise SystemExit(write_or_check("The JSON Schema of a scenario.", SCHEMA_FILE, schema_text))
