"""`defaults:`, a first document of its own: what every scenario of the file has unless it says otherwise."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from engine.text.diagnostic import Diagnostic
from engine.text.mistake import one_of
from engine.text.source_text import KeyPath
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.text.yaml_document import YamlDocument
from wptest.text.yaml_tree import build

ALLOWED = ("project", "given", "then", "cleanup", "limit", "steps")

_OWN = ("scenario", "title", "tags", "matrix", "skip", "xfail", "only_if", "when", "meanwhile", "explore")

# Where two keys exclude each other, the scenario's own one takes the default's away. `*` is any key.
_EXCLUSIVE: tuple[tuple[KeyPath, frozenset[str]], ...] = (
    (("project",), frozenset(("sinks", "groups"))),
    (("given", "source"), frozenset(("lines", "for"))),
    (("given", "files", "*"), frozenset(("lines", "text", "bytes"))),
)


def with_defaults(documents: list[YamlDocument]) -> tuple[list[YamlDocument], list[Diagnostic]]:
    """The scenarios of a file, with the defaults of its first document in them, and what is wrong with those."""
    problems: list[Diagnostic] = []
    if not documents or not any(_value_of(document.root, "defaults") for document in documents):
        return documents, problems
    first, *others = documents
    body = _body(first, problems)
    if body is None:
        return [_without_defaults(each, problems) for each in documents], problems
    if not others:
        message = "the file has defaults and no scenario"
        help_ = "put a line '---' after the defaults, and a scenario below it"
        problems.append(first.diagnostic_at(("defaults",), message, Code.EMPTY, help_=help_, at_key=True))
    return [_merged_document(_without_defaults(each, problems), body) for each in others], problems


def _body(document: YamlDocument, problems: list[Diagnostic]) -> yaml.MappingNode | None:
    """The mapping below `defaults`, where the document is one of defaults."""
    keys = _keys(document.root)
    if "defaults" not in keys or "scenario" in keys or "when" in keys:
        return None
    for key in keys:
        if key != "defaults":
            message, help_ = f"'{key}' can't stand beside 'defaults'", f"if it is a default, indent it below: {key}"
            problems.append(document.diagnostic_at((key,), message, Code.DEFAULTS, help_=help_, at_key=True))
    body = _value_of(document.root, "defaults")
    problems += build(document)[1]
    if not isinstance(body, yaml.MappingNode):
        message, expected = "defaults are a mapping", "defaults: {project: ..., given: ..., then: ...}"
        problems.append(document.diagnostic_at(("defaults",), message, Code.WRONG_TYPE, expected=expected))
        return yaml.MappingNode("", [], document.root.start_mark, document.root.end_mark)
    known = []
    for pair in body.value:
        key = str(pair[0].value)
        if key in ALLOWED:
            known.append(pair)
            continue
        message, near = f"'{key}' can't have a default", None if key in _OWN else did_you_mean(key, ALLOWED)
        path, expected = ("defaults", key), one_of(ALLOWED)
        problems.append(
            document.diagnostic_at(path, message, Code.DEFAULTS, expected=expected, help_=near, at_key=True)
        )
    return yaml.MappingNode(body.tag, known, body.start_mark, body.end_mark, body.flow_style)


def _without_defaults(document: YamlDocument, problems: list[Diagnostic]) -> YamlDocument:
    root = document.root
    if not isinstance(root, yaml.MappingNode) or "defaults" not in _keys(root):
        return document
    message = "defaults are a document of their own, the first of the file"
    help_ = "move them to the top of the file, and put a line '---' after them"
    problems.append(document.diagnostic_at(("defaults",), message, Code.DEFAULTS, help_=help_, at_key=True))
    return YamlDocument(document.source, _like(root, [pair for pair in root.value if pair[0].value != "defaults"]))


def _merged_document(document: YamlDocument, defaults: yaml.MappingNode) -> YamlDocument:
    if not isinstance(document.root, yaml.MappingNode):
        return document
    return YamlDocument(document.source, _merged(document.root, defaults, ()), defaults=defaults)


def _merged(own: yaml.MappingNode, defaults: yaml.MappingNode, path: KeyPath) -> yaml.MappingNode:
    """The scenario's own mapping with what it lacks; what isn't a mapping on both sides stays whole."""
    keys = _keys(own)
    excluded = {
        name
        for where, names in _EXCLUSIVE
        if _fits(path, where) and names & set(keys)
        for name in names.difference(keys)
    }
    given = {str(key.value): (key, value) for key, value in defaults.value}
    pairs = []
    for key, value in own.value:
        default = given.get(str(key.value), (key, None))[1]
        if isinstance(value, yaml.MappingNode) and isinstance(default, yaml.MappingNode):
            pairs.append((key, _merged(value, default, (*path, str(key.value)))))
        else:
            pairs.append((key, value))
    pairs += [pair for name, pair in given.items() if name not in keys and name not in excluded]
    return _like(own, pairs)


def _like(node: yaml.MappingNode, pairs: Iterable[tuple[yaml.Node, yaml.Node]]) -> yaml.MappingNode:
    return yaml.MappingNode(node.tag, list(pairs), node.start_mark, node.end_mark, node.flow_style)


def _fits(path: KeyPath, where: KeyPath) -> bool:
    return len(path) == len(where) and all(part in ("*", at) for part, at in zip(where, path, strict=True))


def _keys(node: yaml.Node) -> list[str]:
    return [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []


def _value_of(node: yaml.Node, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)
