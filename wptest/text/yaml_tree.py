"""YAML text to plain values, with the types of YAML 1.2 as JSON writes them.

`on`, `yes`, `1:30`, `010` and `2025-10-04 01:59:20` are texts here; only `null`, `true`, `false`, whole and
decimal numbers are anything else. What could surprise (two equal keys, tags, merge keys, keys that aren't
text) is a mistake, and aliases and nesting are bounded, so that a small file can't become a large tree.
"""

from __future__ import annotations

import contextlib
import math
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import yaml

from engine.text.diagnostic import Diagnostic
from engine.text.source_text import SourceText, Span
from wptest.text.codes import Code
from wptest.text.yaml_document import YamlDocument

MAX_DEPTH = 50
MAX_ALIASED = 1_000

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_GROUP = re.compile(r"\d{3}")
_OF_STEPS = ("when", "meanwhile", "cleanup", "do")
_QUOTE = "put the text in quotes if it is meant as text"
_CONSTANTS = {"": None, "null": None, "true": True, "false": False}
_BaseLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Composer(_BaseLoader):  # type: ignore[misc] # the base is chosen at run time: libyaml may be missing
    """Composes nodes without guessing types: `build` does that, and this makes composing twice as fast."""

    def resolve(self, _kind: type[yaml.Node], _value: str, _implicit: Any) -> str:
        """No tag: a node that has one got it in the file."""
        return ""

    def descend_resolver(self, _parent: Any, _index: Any) -> None:
        """Nothing is resolved by path."""

    def ascend_resolver(self) -> None:
        """Nothing is resolved by path."""


def compose(source: SourceText) -> tuple[list[YamlDocument], list[Diagnostic]]:
    """The documents of a file up to its first syntax error, and that error."""
    documents: list[YamlDocument] = []
    if _could_be_deep(source.text):
        with contextlib.suppress(yaml.YAMLError):
            if deep := _too_deep(source, _BaseLoader):
                return documents, [deep]
    try:
        composer = _Composer(source.text)
        while composer.check_node():
            documents.append(YamlDocument(source, composer.get_node()))
    except (yaml.YAMLError, RecursionError) as error:
        return documents, [_gave_up(source, error)]
    if not documents:
        end = Diagnostic(source.path, 0, 0, 0, "the file has only comments", code=Code.EMPTY)
        return documents, [end]
    return documents, []


def build(document: YamlDocument, node: yaml.Node | None = None) -> tuple[Any, list[Diagnostic]]:
    """The plain value of a document, or of one right below its root, and every mistake found on the way."""
    builder = _Builder(document)
    value = builder.build(document.root, 0) if node is None else builder.build(node, 1)
    return value, builder.problems


def _could_be_deep(text: str) -> bool:
    # The C parser recurses for each level and may overflow the stack, so a file that could be deep is first
    # read as a flat stream of events. Block collections need a column for each level, flow ones a bracket.
    return text.count("[") + text.count("{") >= 1_000 or re.search(r"[^\n]{2000}", text) is not None


def _too_deep(source: SourceText, loader: Any) -> Diagnostic | None:
    depth = 0
    for event in yaml.parse(source.text, loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            mark = event.start_mark
            span = Span(mark.line + 1, mark.column + 1, 1) if mark else Span(1, 1, 1)
            return source.diagnostic(span, f"nested more than {MAX_DEPTH} levels deep", Code.TOO_LARGE)
    return None


def _gave_up(source: SourceText, error: yaml.YAMLError | RecursionError) -> Diagnostic:
    # Newer libyaml bounds nesting itself, and as it looks ahead, it stops far behind the place. The pure parser has
    # no bound while it only reads events (composing, it has Python's): so it finds what is wrong first.
    from wptest.text.yaml_syntax import syntax_diagnostic  # noqa: PLC0415 - of no use to files without mistakes

    if isinstance(error, yaml.YAMLError) and "nesting depth" not in str(error):
        return syntax_diagnostic(source, error)
    try:
        deep = _too_deep(source, yaml.SafeLoader)
    except yaml.YAMLError as first:
        return syntax_diagnostic(source, first)
    assert deep, "neither parser gives up on what is not deep"
    return deep


@dataclass
class _Builder:
    document: YamlDocument
    problems: list[Diagnostic] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)
    _open: set[int] = field(default_factory=set)
    _aliased: int = 0

    def build(self, node: yaml.Node, depth: int, *, aliased: bool = False) -> Any:
        """The node's value, or None where it is refused."""
        # An alias comes as the node it repeats; it is counted with everything below it.
        aliased = aliased or id(node) in self._seen
        self._seen.add(id(node))
        self._aliased += aliased
        if id(node) in self._open:
            self._problem(node, "this alias stands inside what it repeats", Code.UNSUPPORTED_YAML)
            return None
        if self._aliased > MAX_ALIASED:
            if self._aliased == MAX_ALIASED + 1:
                self._problem(node, f"aliases repeat more than {MAX_ALIASED:,} values", Code.TOO_LARGE)
            return None
        if depth >= MAX_DEPTH and isinstance(node, yaml.CollectionNode):
            self._problem(node, f"nested more than {MAX_DEPTH} levels deep", Code.TOO_LARGE)
            return None
        if node.tag:
            self._tagged(node)
        return scalar(node) if isinstance(node, yaml.ScalarNode) else self._collection(node, depth + 1, aliased)

    def _tagged(self, node: yaml.Node) -> None:
        """Tell of `!x`; of `!= 5` people mean something else."""
        start, end = node.start_mark, node.end_mark
        written = self.document.source.line(start.line + 1)[start.column : end.column]
        meant = f'write "{written}"' if written.startswith("!=") else _QUOTE
        self._problem(node, "tags have no meaning in a scenario", Code.UNSUPPORTED_YAML, meant)

    def _collection(self, node: yaml.Node, depth: int, aliased: bool) -> list[Any] | dict[str, Any]:
        self._open.add(id(node))
        value: list[Any] | dict[str, Any]
        if isinstance(node, yaml.MappingNode):
            value = self._mapping(node, depth, aliased)
        else:
            value = [self.build(item, depth, aliased=aliased) for item in node.value]
            for index, (one, other) in enumerate(pairwise(node.value)):
                if other.value[:1] == "0" and _is_rest_of(one, other):
                    value[index : index + 2] = [self._thousands(one, other)]
                    break
        self._open.discard(id(node))
        return value

    def _mapping(self, node: yaml.MappingNode, depth: int, aliased: bool) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        lines: dict[str, int] = {}
        before: yaml.Node | None = None
        for key_node, value_node in node.value:
            if value_node.value == "" and before is not None and _is_rest_of(before, key_node):
                mapping |= {last: self._thousands(before, key_node) for last in list(mapping)[-1:]}
                continue
            before = value_node
            value = self.build(value_node, depth, aliased=aliased)
            key = self._key(key_node)
            if key in lines:
                self._twice(node, key_node, lines)
            elif key is not None:
                mapping[key], lines[key] = value, key_node.start_mark.line + 1
            elif key_node.value == "<<" and isinstance(value, dict):
                merged = value
        # Told as a mistake, and taken as it is meant: what it brings is then not missed as well.
        return merged | mapping

    def _twice(self, mapping: yaml.MappingNode, key: yaml.ScalarNode, lines: dict[str, int]) -> None:
        """Tell of a key that is here again; all those of a second scenario are one mistake."""
        if mapping is self.document.root and [each.value for each, _ in mapping.value].count("scenario") > 1:
            if _begins_another(mapping, key):
                message = "here another scenario begins, without a line '---' above it"
                self._problem(key, message, Code.DUPLICATE_KEY, "put a line with nothing but --- above this one")
            return
        first, line = lines[key.value], key.start_mark.line + 1
        where = f"on line {first} and on line {line}" if first != line else f"on line {line}"
        message = f"the key '{key.value}' is here twice: {where}"
        self._problem(key, message, Code.DUPLICATE_KEY, _of_twice(mapping, key, first))

    def _thousands(self, one: yaml.Node, other: yaml.Node) -> int:
        """Tell of `10,000`, which is two values between brackets; what is meant."""
        message = f"between brackets {one.value},{other.value} is two values"
        help_ = f"write {one.value}{other.value}: a number has no ',' between its thousands"
        self._problem(one, message, Code.WRONG_VALUE, help_)
        return int(one.value + other.value)

    def _key(self, node: yaml.Node) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._problem(node, "a key is text, not a list or a mapping", Code.KEY_NOT_TEXT)
        elif node.tag:
            self._problem(node, "tags have no meaning in a scenario", Code.UNSUPPORTED_YAML, _QUOTE)
        elif node.value == "<<" and not node.style:
            message = "merge keys have no meaning in a scenario"
            self._problem(node, message, Code.UNSUPPORTED_YAML, "write the keys out")
        elif not isinstance(scalar(node), str):
            message = f"a key is text, and {node.value or 'an empty key'} is not"
            self._problem(node, message, Code.KEY_NOT_TEXT, f"put it in quotes: '{node.value}'")
        else:
            return str(node.value)
        return None

    def _problem(self, node: yaml.Node, message: str, code: Code, help_: str | None = None) -> None:
        span = YamlDocument(self.document.source, node).span_of(())
        self.problems.append(self.document.source.diagnostic(span, message, code, help_=help_))


def _begins_another(mapping: yaml.MappingNode, key: yaml.ScalarNode) -> bool:
    """Whether this is the first key of another scenario in one document: the first that comes again."""
    seen: set[str] = set()
    for each, _ in mapping.value:
        if each.value in seen:
            seen.clear()
            if each is key:
                return True
        seen.add(each.value)
    return False


def _of_twice(mapping: yaml.MappingNode, key: yaml.ScalarNode, first: int) -> str:
    """What to do about a key that is here again: what is below both belongs together, one value is too much."""
    values = [value for each, value in mapping.value if each.value == key.value]
    line = key.start_mark.line + 1
    if first == line or not values[0].value:
        return "remove one of the two"
    if all(isinstance(value, yaml.SequenceNode) for value in values):
        what = "steps" if key.value in _OF_STEPS else "items"
        return f"move its {what} into the '{key.value}' on line {first}, and remove this one"
    if all(isinstance(value, yaml.MappingNode) for value in values):
        return f"move what is below it into the '{key.value}' on line {first}, and remove this one"
    return "remove one of the two"


def _is_rest_of(one: yaml.Node, other: yaml.Node) -> bool:
    """Whether two nodes are the parts of a number with a comma between its thousands."""
    if not (isinstance(one, yaml.ScalarNode) and isinstance(other, yaml.ScalarNode)) or one.style or other.style:
        return False
    is_beside = other.start_mark.index == one.end_mark.index + 1
    return (
        is_beside
        and re.fullmatch(r"[1-9]\d{0,2}", one.value) is not None
        and _GROUP.fullmatch(other.value) is not None
    )


def scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    """The value of a scalar; one in quotes, or written as a block, is always text."""
    text: str = node.value
    # A plain scalar's style is '' from the C parser and None from the pure one.
    if node.style:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "-0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text
