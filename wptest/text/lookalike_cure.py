"""A scenario file's look-alikes, what is meant by each, and the text that results; places there and back."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from engine.text.characters import MEANT, as_meant, character_name
from engine.text.diagnostic import Diagnostic
from engine.text.source_text import SourceText, Span
from wptest.text.codes import Code

_LISTED = 8  # lines that a message names
_NAMED = 3  # characters side by side, likewise


@dataclass
class Cure:
    """A text, where its look-alikes are, and which of them are to blame."""

    source: SourceText
    offsets: Sequence[int]
    blamed: frozenset[int] = frozenset()
    _starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        start = 0
        for line in self.source.lines:
            self._starts.append(start)
            start += len(line)
            start += 2 if self.source.text[start : start + 2] == "\r\n" else 1

    def text(self, blamed: Iterable[int]) -> str:
        """The text with what is meant in these places."""
        parts, end = [], 0
        for offset in sorted(blamed):
            parts += [self.source.text[end:offset], self.meant(offset)]
            end = offset + 1
        return "".join([*parts, self.source.text[end:]])

    def meant(self, offset: int) -> str:
        """What is meant by the look-alike there.

        Behind a wide colon or dash nobody writes the blank as well, and a wide blank looks as deep as two.
        """
        text, meant = self.source.text, MEANT[self.source.text[offset]]
        behind, before = text[offset + 1 : offset + 2], text[offset - 1 : offset] if offset else ""
        if text[offset] == "\u3000" and self._is_first(offset):
            return " " * (2 - self._blanks(offset) % 2)
        if not behind.strip():
            return meant
        is_key = meant == ":" and not (before.isdecimal() and behind.isdecimal())
        is_item = meant == "-" and self._is_first(offset) and as_meant(behind) not in ("-", " ")
        return f"{meant} " if is_key or is_item else meant

    def _blanks(self, offset: int) -> int:
        """How many blanks that are not wide its line begins with."""
        line = self.source.line(self.place(offset)[0])
        return len(line[: len(line) - len(line.lstrip())].replace("\u3000", ""))

    def _is_first(self, offset: int) -> bool:
        """Whether nothing but blanks stands before it."""
        line, column = self.place(offset)
        return not self.source.line(line)[: column - 1].strip()

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, from 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def on_lines(self, first: int, last: int) -> list[int]:
        """The look-alikes on these lines."""
        if not 0 < first <= len(self._starts):
            return []
        end = self._starts[last] if last < len(self._starts) else len(self.source.text)
        start = self._starts[first - 1]
        return list(self.offsets[bisect_left(self.offsets, start) : bisect_left(self.offsets, end)])

    def inside(self, problem: Diagnostic) -> list[int]:
        """The look-alikes under a mistake of the mended text that aren't blamed yet."""
        if problem.path != self.source.path:
            return []
        found, moved = [], 0
        for offset in self.on_lines(problem.line, problem.line):
            if offset in self.blamed:
                moved += len(self.meant(offset)) - 1
            elif 0 <= self.place(offset)[1] + moved - problem.column < problem.length:
                found.append(offset)
        return found

    def in_source(self, problem: Diagnostic) -> Diagnostic:
        """A mistake of the mended text, at its place in the text as it is."""
        if problem.path != self.source.path or not problem.line:
            return problem
        moved = 0
        for offset in self.on_lines(problem.line, problem.line):
            grown = len(self.meant(offset)) - 1 if offset in self.blamed else 0
            if self.place(offset)[1] + moved + grown >= problem.column:
                break
            moved += grown
        column = max(1, problem.column - moved)
        return replace(problem, column=column, source_line=self.source.line(problem.line))

    def told(self) -> Iterator[Diagnostic]:
        """A mistake for each of the characters that are to blame, or for several letters side by side."""
        alike: dict[str, list[int]] = {}
        for offset, run in _runs(self.source.text, sorted(self.blamed)):
            alike.setdefault(run, []).append(offset)
        for run, offsets in alike.items():
            line, column = self.place(offsets[0])
            meant = "".join(self.meant(offsets[0] + index) for index in range(len(run)))
            plain = meant if meant.isspace() else meant.rstrip()
            what = f"not {_quoted(plain)}" if plain.strip() else "not a blank" if plain else "which nobody sees"
            stands = "stands" if len(run) == 1 else "stand"
            names = ", ".join(map(character_name, run[:_NAMED])) + (
                f" and {len(run) - _NAMED} more" if run[_NAMED:] else ""
            )
            message = f"here {stands} {names}, {what}"
            help_ = _mend(run, plain, blank=meant != plain) + self._also(offsets)
            yield self.source.diagnostic(Span(line, column, len(run)), message, Code.LOOKALIKE, help_=help_)

    def _also(self, offsets: Sequence[int]) -> str:
        """The other places of the same character, for the help."""
        first, *lines = [self.place(offset)[0] for offset in offsets]
        others = list(map(str, dict.fromkeys(line for line in lines if line != first)))
        also = f"; {lines.count(first)} more on this line" if first in lines else ""
        if others:
            more = f" and {len(others) - _LISTED} more" if others[_LISTED:] else ""
            also += f"; the same on line{'s' if others[1:] else ''} {', '.join(others[:_LISTED])}{more}"
        return also


def _mend(run: str, plain: str, *, blank: bool) -> str:
    if run == "\ufeff":
        return "remove it: it was the beginning of a file that was put behind another one"
    if not plain:
        return "remove it"
    if plain.isspace():
        what = "a blank" if len(plain) == 1 else "two blanks"
    else:
        what = f"{_quoted(plain)}{' and a blank' if blank else ''}"
    return f"put {what} in {'its' if len(run) == 1 else 'their'} place"


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def _runs(text: str, offsets: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Offsets that stand side by side as one, with their characters; brackets and colons stand for themselves."""
    start = 0
    for index, offset in enumerate(offsets):
        together = offset + 1 in offsets[index + 1 : index + 2]
        if not together or not (text[offset].isalnum() and text[offset + 1].isalnum()):
            yield offsets[start], text[offsets[start] : offset + 1]
            start = index + 1
