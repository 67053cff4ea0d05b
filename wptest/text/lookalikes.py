"""Finds the characters that are to blame because they only look like others: by putting those in their place.

Nothing is blamed on a guess. A text with a look-alike in it is read once more with what was probably meant, and
only a mistake that is gone then was one of characters. So what stands in titles and comments is never looked at
twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.text.characters import MEANT, as_meant, lookalikes
from engine.text.diagnostic import Diagnostic
from engine.text.source_text import SourceText
from wptest.text.codes import Code
from wptest.text.lookalike_cure import Cure
from wptest.text.pasted import copied_along
from wptest.text.scenario_source import InvalidScenario, scenario_text
from wptest.text.yaml_stop import Stop, first_stop, gets_further

Read = Callable[[SourceText], object]

_MOST_PARSED = 20_000_000  # characters, over all tries
_MOST_READ = 200_000  # the same where all of a scenario is read
_ROUNDS = 6
_NEAR = 2  # lines below the key of a block
_QUOTES = ("'", '"')


def explained(source: SourceText, error: InvalidScenario, read: Read) -> InvalidScenario:
    """The same mistakes, those that look-alikes make told as such; `read` raises the mistakes of a text."""
    if (pasted := copied_along(source, error, read)) is not None:
        return pasted
    if not (offsets := lookalikes(source.text)):
        return error
    cure = Cure(source, offsets)
    problems = _Search(cure, read).mend(list(error.diagnostics))
    return InvalidScenario([*cure.told(), *problems]) if cure.blamed else error


@dataclass
class _Search:
    """Tries what helps; never more than so much text."""

    cure: Cure
    read: Read
    _parsed: int = 0
    _read: int = 0

    def problems(self, also: Iterable[int] = ()) -> list[Diagnostic]:
        """What is wrong with the text as far as it is mended, or mended in further places."""
        text = self.cure.text(self.cure.blamed | set(also))
        self._read += len(text)
        try:
            self.read(scenario_text(self.cure.source.path, text))
        except InvalidScenario as error:
            return error.diagnostics
        return []

    def mend(self, problems: list[Diagnostic]) -> list[Diagnostic]:
        """Blame what is to blame, and say what is wrong besides, at its place in the text as it is."""
        for _ in range(_ROUNDS):
            before = self.cure.blamed
            if any(each.code is Code.SYNTAX and each.path == self.cure.source.path for each in problems):
                self._mend_syntax()
            else:
                self._mend_values(problems)
            if self.cure.blamed == before:
                break
            problems = self.problems()
        return [self.cure.in_source(problem) for problem in problems]

    def _mend_syntax(self) -> None:
        """Blame what keeps the parser from getting on."""
        stop = self._stop(())
        while stop is not None:
            for line, unit in self._units(stop):
                after = self._stop(unit)
                if gets_further(stop, after, line):
                    self.cure.blamed |= self._needed(unit, after)
                    break
            else:
                return
            stop = after

    def _stop(self, also: Iterable[int]) -> Stop | None:
        text = self.cure.text(self.cure.blamed | set(also))
        self._parsed += len(text)
        return first_stop(text)

    def _units(self, stop: Stop) -> Iterator[tuple[int, frozenset[int]]]:
        """What may be to blame, the nearest first: single characters, pairs, all of a line; and the line."""
        offsets = [offset for offset in self.cure.on_lines(1, stop.line) if offset not in self.cure.blamed]
        lines: dict[int, list[int]] = {}
        for offset in offsets:
            lines.setdefault(self.cure.place(offset)[0], []).append(offset)
        near = sorted(lines, key=lambda line: min(abs(line - stop.line), abs(line - stop.since_line)))
        for line in near:
            for unit in _units_of(self.cure.source, lines[line], self.cure.source.line(line)):
                if self._parsed > _MOST_PARSED:
                    return
                yield line, unit
        yield stop.line, frozenset(offsets)

    def _needed(self, unit: frozenset[int], reached: Stop | None) -> frozenset[int]:
        """Without those that stand in the same line and harm nobody."""
        for offset in sorted(unit) if len(unit) > 1 else ():
            if self._parsed <= _MOST_PARSED and self._stop(unit - {offset}) == reached:
                unit -= {offset}
        return unit

    def _mend_values(self, problems: list[Diagnostic]) -> None:
        """Blame what makes values and keys wrong."""
        inside = {problem: self.cure.inside(problem) for problem in problems}
        below = {problem: self._below(problem) for problem in problems if not inside[problem]}
        every = frozenset(offset for found in (inside | below).values() for offset in found)
        if not every or self._read > _MOST_READ:
            return
        left = set(map(_gist, self.problems(every)))
        gone = [problem for problem in problems if _gist(problem) not in left]
        proven = frozenset(offset for problem in gone for offset in inside[problem])
        near = frozenset(offset for problem in gone for offset in below.get(problem, ()))
        self.cure.blamed |= proven | self._needed_for_values(proven, near - proven)

    def _below(self, problem: Diagnostic) -> list[int]:
        """The look-alikes below a mistake: of a block only the key is marked, whatever is wrong in it."""
        if problem.path != self.cure.source.path or not problem.line:
            return []
        below = self.cure.on_lines(problem.line, problem.line + _NEAR)
        return [offset for offset in below if offset not in self.cure.blamed]

    def _needed_for_values(self, proven: frozenset[int], near: frozenset[int]) -> frozenset[int]:
        number = len(self.problems(proven | near)) if near else 0
        for offset in sorted(near):
            if self._read <= _MOST_READ and len(self.problems(proven | near - {offset})) <= number:
                near -= {offset}
        return near


def _gist(problem: Diagnostic) -> tuple[int, object, str]:
    """What stays the same of a mistake that has nothing to do with look-alikes."""
    return problem.line, problem.code, as_meant(problem.message)


def _units_of(source: SourceText, offsets: Sequence[int], line: str) -> Iterator[frozenset[int]]:
    """Of the look-alikes of one line those that belong together: quotes and brackets go in pairs."""
    opened: dict[str, int] = {}
    for offset in offsets:
        meant = MEANT[source.text[offset]]
        opening = {"]": "[", "}": "{"}.get(meant, meant)
        if opening in opened and (meant in ("]", "}") or meant in _QUOTES):
            yield frozenset((opened.pop(opening), offset))
        elif meant in ("[", "{") or meant in _QUOTES:
            opened[opening] = offset
        else:
            yield frozenset((offset,))
    for opening, offset in opened.items():
        # A quote that ends on another line than it begins would hide whatever stands between.
        if opening not in _QUOTES or opening in line:
            yield frozenset((offset,))
    if len(offsets) > 1:
        yield frozenset(offsets)
