"""The values of a file, asked for the places of its keys, whatever language it is written in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import NamedTuple

from engine.text.diagnostic import Diagnostic, Severity
from engine.text.source_text import KeyPath, SourceText, Span


class Pair(NamedTuple):
    """Where a key and its value stand; an item of a list has no key."""

    key: Span | None
    value: Span


class Document(ABC):
    """A file's values, found by the path of keys and indexes that leads to each, and the text they stand in."""

    source: SourceText

    @abstractmethod
    def pair_at(self, path: KeyPath) -> Pair | None:
        """Where the key and the value at `path` stand; None where nothing is, which is never so of the root."""

    def span_of(self, path: KeyPath) -> Span:
        """Where the value at `path` stands, or its nearest parent that exists."""
        while (pair := self.pair_at(path)) is None:
            path = path[:-1]
        return pair.value

    def key_span_of(self, path: KeyPath) -> Span:
        """Where the key of the value at `path` stands; the value itself for a list item."""
        pair = self.pair_at(path)
        return self.span_of(path[:-1]) if pair is None else pair.key or pair.value

    def diagnostic_at(
        self,
        path: KeyPath,
        message: str,
        code: StrEnum | None = None,
        *,
        expected: str | None = None,
        help_: str | None = None,
        at_key: bool = False,
        severity: Severity = "error",
    ) -> Diagnostic:
        """What there is to say of the value at `path`, or of its key; a mistake by default."""
        span = self.key_span_of(path) if at_key else self.span_of(path)
        return self.source.diagnostic(span, message, code, expected=expected, help_=help_, severity=severity)
