"""One YAML document and where each of its values and keys stands."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from wptest.language.source import SourceText, Span

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document's node tree, asked for places by the path of keys and indexes that leads to a value.

    Places are looked up when a mistake needs one, and not kept in a table: most documents have none.
    """

    source: SourceText
    root: yaml.Node

    def span_of(self, path: KeyPath) -> Span:
        """Where the value at `path` stands, or its nearest parent that exists.

        A value over several lines stands at its key, where it has one, else at its first line.
        """
        key, node, depth = self._find(path)
        is_block = isinstance(node, yaml.CollectionNode) and not node.flow_style
        if key is not None and (is_block or node.start_mark.index == node.end_mark.index or depth < len(path)):
            return self._span(key)
        return self._span(node)

    def key_span_of(self, path: KeyPath) -> Span:
        """Where the key of the value at `path` stands; the value itself for a list item."""
        key, _node, depth = self._find(path)
        return self._span(key) if key is not None and depth == len(path) else self.span_of(path)

    def span_inside(self, path: KeyPath, offset: int, length: int) -> Span:
        """A part of the text at `path`, from `offset` in characters; all of it where that can't be told."""
        _, node, depth = self._find(path)
        whole = self.span_of(path)
        if not isinstance(node, yaml.ScalarNode) or depth < len(path):
            return whole
        written = self.source.line(whole.line)[whole.column - 1 : whole.column - 1 + whole.length]
        start = written.find(node.value)
        # Escapes, folded lines and block scalars read differently from how they are written.
        if start < 0 or "\n" in node.value or not node.value or offset > len(node.value):
            return whole
        return Span(whole.line, whole.column + start + offset, max(1, min(length, len(node.value) - offset)))

    def written_inside(self, path: KeyPath, part: str) -> Span:
        """Where `part` is written inside the text at `path`, or that whole text."""
        _, node, _ = self._find(path)
        offset = node.value.find(part) if isinstance(node, yaml.ScalarNode) else -1
        return self.span_inside(path, offset, len(part)) if offset >= 0 else self.span_of(path)

    def _find(self, path: KeyPath) -> tuple[yaml.Node | None, yaml.Node, int]:
        key, node = None, self.root
        for depth, part in enumerate(path):
            step = _child(node, part)
            if step is None:
                return key, node, depth
            key, node = step
        return key, node, len(path)

    def _span(self, node: yaml.Node) -> Span:
        start, end = node.start_mark, node.end_mark
        line = self.source.line(start.line + 1)
        last = end.column if end.line == start.line else len(line.rstrip())
        return Span(start.line + 1, start.column + 1, max(1, last - start.column))


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
        return None, node.value[part]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == part:
                return key, value
    return None
