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
        key, node, _depth = self._find(path)
        is_block = isinstance(node, yaml.CollectionNode) and not node.flow_style
        if key is not None and (is_block or node.start_mark.index == node.end_mark.index):
            return self._span(key)
        return self._span(node)

    def key_span_of(self, path: KeyPath) -> Span:
        """Where the key of the value at `path` stands; the value itself for a list item."""
        key, _node, depth = self._find(path)
        return self._span(key) if key is not None and depth == len(path) else self.span_of(path)

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
        return Span(whole.line, whole.column + start + offset, max(1, min(length, len(text) - offset)))

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
