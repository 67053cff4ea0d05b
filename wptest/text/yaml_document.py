"""One YAML document and where each of its values and keys stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import yaml

from engine.text.diagnostic import Diagnostic
from engine.text.document import Document, Pair
from engine.text.mistake import one_of
from engine.text.source_text import KeyPath, SourceText, Span
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean

OriginKind = Literal["scenario", "defaults", "steps", "built-in"]


@dataclass(frozen=True, slots=True)
class Argument:
    """A value that a step gives to shared steps: the kind that it has to be, as written, and where."""

    kind: str
    value: Any
    document: YamlDocument


@dataclass(frozen=True, slots=True)
class Use:
    """A step that stands for shared steps: their name, where it stands, what it gives them.

    `outer` is the use inside of whose steps it stands.
    """

    name: str
    place: Span
    arguments: Mapping[str, Argument]
    outer: Use | None = None

    @property
    def outermost(self) -> Use:
        """The use that a scenario's own step makes."""
        return self.outer.outermost if self.outer is not None else self

    @property
    def note(self) -> str:
        """What to say of a place inside of the steps."""
        return f"in the steps '{self.name}', used on line {self.place.line}"


@dataclass(frozen=True, slots=True)
class ValueOrigin:
    """Where a value comes from, and its place there; a built-in value has none.

    `use` is the step that brought it, for values of shared steps.
    """

    kind: OriginKind
    span: Span | None
    use: Use | None = None


@dataclass(frozen=True)
class YamlDocument(Document):
    """A document's node tree, asked for places by the path of keys and indexes that leads to a value.

    Places are looked up when a mistake needs one, and not kept in a table: most documents have none. The tree has
    the defaults of its file in it, and shared steps where they are used: `uses` has those by the path of a step,
    and `defaults` is the tree that defaults were taken from. `renamed` has the keys that are expressions as
    they are written, by the paths that they have in a variant.
    """

    source: SourceText
    root: yaml.Node
    uses: Mapping[KeyPath, Use] = field(default_factory=dict)
    defaults: yaml.Node | None = None
    renamed: Mapping[KeyPath, str] = field(default_factory=dict)

    def origin_of(self, path: KeyPath) -> ValueOrigin:
        """Where the value at `path` comes from; values that are nowhere in the file are built in."""
        _key, node, depth = self._find(path)
        if depth < len(path):
            return ValueOrigin("built-in", None)
        use = self.use_of(path)
        if use is not None:
            return ValueOrigin("steps", self.span_of(path), use)
        root = self.defaults
        inside = root is not None and root.start_mark.index <= node.start_mark.index < root.end_mark.index
        return ValueOrigin("defaults" if inside else "scenario", self.span_of(path))

    def use_of(self, path: KeyPath) -> Use | None:
        """The use that brought the step that `path` lies in."""
        return self.uses.get(path[:2])

    def node_at(self, path: KeyPath) -> yaml.Node:
        """The node of the value at `path`, or of its nearest parent that exists."""
        return self._find(path)[1]

    def pair_at(self, path: KeyPath) -> Pair | None:
        """See `Document.pair_at`; a value over several lines stands at its key, where it has one."""
        key, node, depth = self._find(path)
        if depth < len(path):
            return None
        is_block = isinstance(node, yaml.CollectionNode) and not node.flow_style
        at_key = key is not None and (is_block or node.start_mark.index == node.end_mark.index)
        return Pair(
            self._span(key, path) if key is not None else None,
            self._span(key if key is not None and at_key else node, path),
        )

    def span_inside(self, path: KeyPath, text: str, offset: int, length: int) -> Span:
        """Where `length` characters of the text at `path` stand, `offset` characters in.

        All of the text where that can't be told: it is written with escapes or over several lines, or `text`,
        which the offset counts in, is not what is written there.
        """
        _, node, depth = self._find(path)
        whole = self.span_of(path)
        if not isinstance(node, yaml.ScalarNode) or depth < len(path) or node.value != text:
            return whole
        written = self.source.line(whole.line)[whole.column - 1 : whole.column - 1 + whole.length]
        start = written.find(text)
        if start < 0 or not text or "\n" in text or offset > len(text):
            return whole
        length = max(1, min(length, len(text) - offset))
        return Span(whole.line, whole.column + start + offset, length, whole.note)

    def _find(self, path: KeyPath) -> tuple[yaml.Node | None, yaml.Node, int]:
        key, node = None, self.root
        for depth, part in enumerate(path):
            written = self.renamed.get(path[: depth + 1], part) if self.renamed else part
            step = _child(node, written)
            if step is None:
                return key, node, depth
            key, node = step
        return key, node, len(path)

    def _span(self, node: yaml.Node, path: KeyPath) -> Span:
        start, end = node.start_mark, node.end_mark
        line = self.source.line(start.line + 1)
        last = end.column if end.line == start.line else len(line.rstrip())
        use = self.use_of(path)
        return Span(start.line + 1, start.column + 1, max(1, last - start.column), use.note if use else "")


def texts_in(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, str, bool]]:
    """The texts of a plain value with their paths, its keys among them, and whether it is one of those."""
    if isinstance(value, str):
        yield path, value, False
    elif isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key), key, True
            yield from texts_in(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts_in(item, (*path, index))


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
        return None, node.value[part]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == part:
                return key, value
    return None


class Telling:
    """Collects the mistakes of one stage of loading, by the paths, below its part, of the values that are wrong."""

    part: ClassVar[KeyPath] = ()
    document: YamlDocument
    problems: list[Diagnostic]

    def place(self, path: KeyPath, *, at_key: bool = False) -> Span:
        """Where the value at `path` stands, or its key."""
        find = self.document.key_span_of if at_key else self.document.span_of
        return find((*self.part, *path))

    def problem(
        self,
        path: KeyPath,
        message: str,
        code: Code,
        expected: str | None = None,
        help_: str | None = None,
        *,
        at_key: bool = False,
    ) -> None:
        """Add a mistake at the value at `path`, or at its key."""
        span = self.place(path, at_key=at_key)
        self.problems.append(self.document.source.diagnostic(span, message, code, expected=expected, help_=help_))

    def unknown(
        self, path: KeyPath, what: str, name: str, known: Iterable[str], code: Code, *, at_key: bool
    ) -> None:
        """Add the mistake that `name` is none of the known ones."""
        words = tuple(known)
        expected = one_of(words) if words else None
        help_ = did_you_mean(name, words)
        self.problem(path, f"unknown {what} '{name}'", code, expected=expected, help_=help_, at_key=at_key)
