"""Bringing the units of a replay to their sink, with the strategies for its failures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import Enum

from engine.machine import Program
from engine.rescue.entries import plain_line
from engine.rescue.placed_lines import placed_lines, wants_places
from engine.rescue.quarantine import Quarantine
from engine.rescue.reader import PoisonLine, Unit
from engine.rescue.resuming.file_identity import Position
from engine.rescue.writer import RescueFailed, RescueWriter
from engine.sinks import Reconnector, Refused, Sink, SinkError, Strategy, sort_out, tell_failure


class AfterFailure(Enum):
    """What to do after a failure: go on with the lines that are left, go on without them, or end.

    GONE goes on without lines that nobody has declared as dropped.
    """

    RETRY = "retry"
    DROPPED = "dropped"
    GONE = "gone"
    STOP = "stop"
    THROW = "throw"


SentLines = Sequence[bytes]

_ORDERED: Mapping[str, Callable[[SentLines], SentLines]] = {
    "as_written": lambda lines: lines,
    "reversed": lambda lines: lines[::-1],
}
_ENDED: Mapping[str, Callable[[SentLines], SentLines]] = {
    "newline": lambda lines: lines,
    "strip_carriage_return": lambda lines: [line.removesuffix(b"\r") for line in lines],
}
_DECODED: Mapping[str, Callable[[SentLines], SentLines]] = {
    "as_they_are": lambda lines: lines,
    "entries": lambda lines: list(map(plain_line, lines)),
}


def _is_filtered(program: Program, sink: str) -> bool:
    """Whether a sink has a filter that lets lines without fields through to nobody."""
    conf = program.project.sink(sink)
    return conf is not None and conf.filtered and conf.expects


class Delivery:
    """Delivers units in order and knows how far it got.

    A replay has nowhere else to put a line, so FIX_RETRY waits for the sink instead of swapping to a rescue file:
    the lines are in one already, and each stays in exactly one place.

    Attributes:
        position: the place in the rescue file up to which every line has been delivered or dropped.
        dropped: how many lines of the last unit a strategy gave up.
        refused: how many of them the sink refused, so that they are in quarantine.
        diverted: a rescue file for what the sink would not take, if the behaviour is not to wait (D16).

    Args:
        program: the program that it is part of.
        sink: gets the lines.
        quarantine: where what the sink refuses goes, of the lines of this rescue file.
        siblings: get them as well, if the behaviour is to send to the whole group (D7).
    """

    def __init__(self, program: Program, sink: Sink, quarantine: Quarantine, siblings: Sequence[Sink] = ()) -> None:
        self.position = Position()
        self.dropped = self.refused = 0
        self.diverted: RescueWriter | None = None
        self._behaviour = program.behaviour
        self._ordered = _ORDERED[self._behaviour.line_order]
        self._holds_back = self._behaviour.raw_entries == "without_fields" and _is_filtered(program, sink.name)
        self._decoded = _DECODED[self._behaviour.rescue_lines]
        self._wants_places = wants_places(program.project, sink.name, program.behaviour)
        self._ended = _ENDED[self._behaviour.line_end]
        self._siblings = siblings
        self._program = program
        self._sink = sink
        self._reconnector = Reconnector(program, sink)
        self._quarantine = quarantine

    async def bring(self, unit: Unit) -> AfterFailure:
        """Deliver a unit; RETRY (all is well) or DROPPED when it is dealt with, else why it ended before.

        Raises:
            LinesFailed, OSError: a line that the sink refuses can't be put aside.
        """
        if self._holds_back:  # D48
            self.position = unit.end
            return AfterFailure.RETRY
        rest = self._sent(unit)
        places: Sequence[int] = range(len(rest))
        self.dropped = self.refused = 0
        while rest:
            before = self._program.given_up[self._sink.name]
            try:
                await self._sink.write(rest)
                self.dropped += self._program.given_up[self._sink.name] - before
                await self._write_to_siblings(rest)
                break
            except SinkError as error:
                answered = sort_out(self._program, self._sink.name, rest, error)
                self.dropped += min(answered.delivered, self._program.given_up[self._sink.name] - before)
                refused = [each._replace(place=places[each.place]) for each in answered.refused]
                places, rest = [places[each] for each in answered.left], [rest[each] for each in answered.left]
                strategy = tell_failure(self._program, self._sink.name, error)
                await self._put_aside(unit, refused, strategy)
                self.position = unit.after(places[0] if places else len(unit.lines))
                if refused and not strategy.ends:
                    continue  # the sink itself works
                answer = await self._follow(strategy, rest)
                if answer in (AfterFailure.STOP, AfterFailure.THROW):
                    return answer
                if answer is AfterFailure.DROPPED:
                    self.dropped += len(rest)
                if answer is not AfterFailure.RETRY or self._behaviour.failed_unit == "left_out":
                    break
        self.position = unit.end
        return AfterFailure.DROPPED if self.dropped else AfterFailure.RETRY

    def _sent(self, unit: Unit) -> SentLines:
        """What the sink gets for the lines of a unit."""
        lines = self._ended(self._ordered(unit.lines))
        if self._wants_places:
            root = self._program.project.rescue_root
            first = unit.start.lines + 1
            return placed_lines(lines, self._quarantine.rescue_file, root, first, self._behaviour)
        return self._decoded(lines)

    async def answer(self, error: SinkError, lines: Sequence[bytes]) -> AfterFailure:
        """Do what the strategy for this error says about `lines`."""
        return await self._follow(tell_failure(self._program, self._sink.name, error), lines)

    async def _follow(self, strategy: Strategy, lines: Sequence[bytes]) -> AfterFailure:
        if strategy is Strategy.FIX_RETRY:
            if self._behaviour.replay_outage == "new_rescue_file":
                return await self._divert(lines)
            return AfterFailure.RETRY if await self._reconnector.reconnect() else AfterFailure.STOP
        if strategy is Strategy.THROW:
            return AfterFailure.THROW
        if strategy is Strategy.TERMINATE:
            self._program.fail(0)
            return AfterFailure.STOP
        return self._drop(lines, strategy)

    def _drop(self, lines: Sequence[bytes], strategy: Strategy) -> AfterFailure:
        if self._behaviour.tolerated_lines == "counted_as_success":
            return AfterFailure.GONE
        self._program.drop(self._sink.name, lines, strategy.value)
        return AfterFailure.DROPPED

    async def _put_aside(self, unit: Unit, refused: Sequence[Refused], strategy: Strategy) -> None:
        """Bring what the sink refuses to quarantine, or drop it, if that is the strategy."""
        if strategy.gives_up:
            if refused and self._drop([each.line for each in refused], strategy) is AfterFailure.DROPPED:
                self.dropped += len(refused)
        elif refused:
            numbers = {unit.start.lines + each.place + 1: each for each in refused}
            reasons = {number: each.reason for number, each in numbers.items()}
            lines = [PoisonLine(number, unit.lines[each.place]) for number, each in numbers.items()]
            await self._quarantine.add(lines, reasons)
            self.refused += len(refused)

    async def _divert(self, lines: Sequence[bytes]) -> AfterFailure:
        """Put lines into a new rescue file, which is released when the program ends (D16)."""
        try:
            if self.diverted is None:
                self.diverted = await RescueWriter.create(self._program, self._sink.name)
            if lines:
                self.diverted.add(lines)
                await self.diverted.flush_due()
        except RescueFailed as error:
            self._program.log.error("data", f"rescue of {self._sink.name}: {error}")
            return AfterFailure.THROW
        return AfterFailure.GONE

    async def _write_to_siblings(self, lines: Sequence[bytes]) -> None:
        for sibling in self._siblings:
            with suppress(SinkError):
                await sibling.write(lines)
