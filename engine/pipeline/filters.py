"""Which of its group's lines a sink with a filter gets.

The condition of a real filter is WPL: what compares one field of a row with a text is read, and of anything else
the scenario gives a pattern or a share instead, or the project's expectations do. What passes depends on the line
alone, so that a restart and the ledger see the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from zlib import crc32

from engine.behaviour import REFERENCE, Behaviour
from engine.machine.records import FieldlessLine
from engine.pipeline.router import number_of, text_of
from engine.project.model import Passing, Project, SinkConf
from engine.project.routing import meets, text_pattern

_FINEST = 1000
_ALL = 1 << 32


class Filters:
    """The filters of a project's sinks."""

    def __init__(self, project: Project, behaviour: Behaviour = REFERENCE) -> None:
        self._behaviour = behaviour
        self._cycle = len(project.samples)
        self._project = project

    @cached_property
    def _samples(self) -> set[bytes]:
        return {sample.text.encode() for sample in self._project.samples}

    def passed(self, sink: SinkConf, lines: Sequence[bytes]) -> Sequence[bytes]:
        """Those of the lines that the sink gets; without a filter, or with one that nobody explains, all."""
        if sink.filtered and lines and isinstance(lines[0], FieldlessLine):
            return () if sink.expects else lines
        passing = sink.passing
        if passing is None or self._behaviour.filtered_lines == "let_through":
            return lines
        kept = self._behaviour.filtered_lines != "swapped"
        return [line for line in lines if self._passes(passing, line) is kept]

    def _passes(self, passing: Passing, line: bytes) -> bool:
        if passing.condition is not None:
            return meets(passing.condition, line.decode(errors="replace"))
        if passing.pattern is not None:
            return text_pattern(passing.pattern).fullmatch(text_of(line).decode(errors="replace")) is not None
        share = Fraction(passing.share).limit_denominator(_FINEST)
        number = number_of(line)
        if number is None or text_of(line) not in self._samples:
            return crc32(line) * share.denominator < share.numerator * _ALL
        # Samples come by turns, and each turn counts as one, so that every sample has the share for itself.
        turn = (number - 1) // self._cycle + 1
        return turn * share.numerator // share.denominator > (turn - 1) * share.numerator // share.denominator
