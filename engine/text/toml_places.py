"""Where every key and value of a TOML text stands: the half that `tomllib` doesn't tell.

The scanner trusts that `tomllib` checks the syntax. On a broken text it simply stops where it is lost, which
still leaves the places of everything before that point.
"""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from engine.text.source_text import KeyPath, SourceText, Span

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
STRING = re.compile(
    r'"""(?s:\\.|[^\\])*?"{3,5}'
    r"|'''(?s:.)*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# A date and its time may be parted by a blank: the only bare value that holds one.
_BARE_VALUE = re.compile(r"[^\s,\]}#]+(?: \d\d:[^\s,\]}#]+)?")


@dataclass(slots=True)
class Positions:
    """Where each key and each value starts, by path; `("sinks", 0, "name")` is the first sink's name.

    `repeated` is the first key (or table) that is given a second time: its dotted name, where it stands again
    and the line on which it first stood.
    """

    keys: dict[KeyPath, Span] = field(default_factory=dict)
    values: dict[KeyPath, Span] = field(default_factory=dict)
    repeated: tuple[str, Span, int] | None = None


class _LostError(Exception):
    """The text is not TOML from here on."""


def find_positions(text: str) -> Positions:
    """Map the keys and values of a TOML text, its lines ended by newlines alone, to their places."""
    scanner = _Scanner(text)
    with suppress(_LostError, RecursionError, tomllib.TOMLDecodeError):
        scanner.run()
    return scanner.found


class _Scanner:
    def __init__(self, text: str) -> None:
        self.found = Positions()
        self._text = text
        self._at = 0
        self._source = SourceText(Path(), text)
        self._array_sizes: dict[KeyPath, int] = {}
        self._given: dict[KeyPath, Span] = {}

    def run(self) -> None:
        base: KeyPath = ()
        self._take(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                base = self._header()
            else:
                self._pair(base)
            self._take(_BLANK)

    def _header(self) -> KeyPath:
        array = self._text.startswith("[[", self._at)
        self._at += 2 if array else 1
        parts = self._dotted_key()
        self._expect("]]" if array else "]")
        path: KeyPath = ()
        for name, span in parts[:-1]:
            path = (*path, name)
            self.found.keys.setdefault(path, span)
            path = self._last_element(path)
        name, span = parts[-1]
        path = (*path, name)
        self.found.keys.setdefault(path, span)
        if array:
            index = self._array_sizes.get(path, 0)
            self._array_sizes[path] = index + 1
            path = (*path, index)
            self.found.keys[path] = span
        else:
            self._note_given(path, span)
        return path

    def _last_element(self, path: KeyPath) -> KeyPath:
        # `[a.b]` after `[[a]]` means the b of the newest a.
        size = self._array_sizes.get(path)
        return path if size is None else (*path, size - 1)

    def _pair(self, base: KeyPath) -> None:
        path = base
        span = Span(1, 1, 0)
        for name, span in self._dotted_key():
            path = (*path, name)
            self.found.keys.setdefault(path, span)
        self._note_given(path, span)
        self._expect("=")
        self._take(_SPACE)
        self._value(path)

    def _note_given(self, path: KeyPath, span: Span) -> None:
        first = self._given.setdefault(path, span)
        if first != span and self.found.repeated is None:
            name = ".".join(part for part in path if isinstance(part, str))
            self.found.repeated = (name, span, first.line)

    def _dotted_key(self) -> list[tuple[str, Span]]:
        parts: list[tuple[str, Span]] = []
        while True:
            self._take(_SPACE)
            start = self._at
            bare = self._take(_BARE_KEY)
            name = bare or self._quoted_key()
            parts.append((name, self._span(start)))
            self._take(_SPACE)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _quoted_key(self) -> str:
        raw = self._take(STRING)
        if not raw:
            raise _LostError
        return next(iter(tomllib.loads(f"{raw} = 0")))

    def _value(self, path: KeyPath) -> None:
        start = self._at
        if self._text.startswith("[", start):
            self._array(path)
        elif self._text.startswith("{", start):
            self._inline_table(path)
        elif not self._take(STRING) and not self._take(_BARE_VALUE):
            raise _LostError
        self.found.values[path] = self._span(start)

    def _array(self, path: KeyPath) -> None:
        self._at += 1
        index = 0
        self._take(_BLANK)
        while not self._text.startswith("]", self._at):
            self._value((*path, index))
            index += 1
            self._take(_BLANK)
            if not self._text.startswith("]", self._at):
                self._expect(",")
                self._take(_BLANK)
        self._at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        self._take(_BLANK)
        while not self._text.startswith("}", self._at):
            self._pair(path)
            self._take(_BLANK)
            if not self._text.startswith("}", self._at):
                self._expect(",")
                self._take(_BLANK)
        self._at += 1

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match.group()

    def _expect(self, mark: str) -> None:
        if not self._text.startswith(mark, self._at):
            raise _LostError
        self._at += len(mark)

    def _span(self, start: int) -> Span:
        return self._source.span(start, self._at)
