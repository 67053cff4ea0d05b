"""A scenario as plain data: made by changing one, loaded like any other, and written as people write YAML."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

from wptest.scenario.load import LoadedVariant, load_text
from wptest.scenario.root import Rootdir
from wptest.text.scenario_source import scenario_text
from wptest.text.yaml_tree import scalar

_WIDTH = 110
_SHORT = 80
_TAGS = {str: "str", int: "int", float: "float", bool: "bool", type(None): "null"}
PlainData = dict[str, Any]


def as_json(scenario: PlainData) -> str:
    """The scenario as a document on one line."""
    return json.dumps(scenario, default=str)


def load_plain(
    variant: LoadedVariant, scenario: PlainData, write: Callable[[PlainData], str] = as_json
) -> LoadedVariant:
    """Load a scenario that was made of `variant`; its project's directory is found wherever that was.

    `write` makes it a text: as JSON, which is quick, unless somebody is to read its steps.

    Raises:
        InvalidScenario: it is none.
    """
    source = scenario_text(variant.document.source.path, write(scenario))
    directory = variant.directory
    rootdir = None if directory is None else Rootdir(directory.root.path)
    return load_text(source, rootdir=rootdir)[0].variants[0]


def as_yaml(data: dict[str, Any]) -> str:
    """The data as a YAML document; read by `wptest.text.yaml_tree`, it is the same data again."""
    root = _Representer().represent_data(data)
    for _, value in root.value:
        _lay_out(value, steps=isinstance(value, yaml.SequenceNode))
    return _serialized(root)


class _Representer(yaml.representer.SafeRepresenter):
    """Makes nodes of data; a text that isn't printable is in double quotes, with escapes."""

    def __init__(self) -> None:
        super().__init__(sort_keys=False, default_flow_style=False)

    def ignore_aliases(self, data: Any) -> bool:
        """Equal values are written again."""
        del data
        return True

    def text(self, data: str) -> yaml.ScalarNode:
        """A text."""
        style = '"' if any(not character.isprintable() for character in data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Representer.add_representer(str, _Representer.text)


class _Writer(yaml.SafeDumper):
    """Indents the items of lists as well, and puts in quotes what the language wouldn't read as a text."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        """The tag that a plain scalar has for a reader; a scalar of another tag gets quotes."""
        if kind is yaml.ScalarNode and implicit[0]:
            return f"tag:yaml.org,2002:{_TAGS[type(scalar(yaml.ScalarNode('', value)))]}"
        tag: str = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]
        return tag

    def choose_scalar_style(self) -> str:
        """Double quotes, where there have to be any."""
        style = str(super().choose_scalar_style())
        text = self.event.value if isinstance(self.event, yaml.ScalarEvent) else ""
        return '"' if style == "'" and not set(text) & {'"', "\\"} else style

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists as well."""
        del indentless
        super().increase_indent(flow, False)


def _lay_out(node: yaml.Node, *, steps: bool = False) -> None:
    """Write a node on one line if that is short; never the timeline, or a step with a trigger."""
    if not isinstance(node, yaml.CollectionNode):
        return
    children = node.value if isinstance(node, yaml.SequenceNode) else [value for _, value in node.value]
    node.flow_style = not steps and len(_serialized(node)) <= _SHORT
    for child in children:
        _lay_out(child)
        if steps and isinstance(child, yaml.MappingNode):
            child.flow_style = False


def _serialized(node: yaml.Node) -> str:
    text: str = yaml.serialize(node, Dumper=_Writer, width=_WIDTH, allow_unicode=True)
    if "\x80" <= max(text) <= "\xff":  # bytes, and no language that people read
        text = yaml.serialize(node, Dumper=_Writer, width=_WIDTH)
    return text
