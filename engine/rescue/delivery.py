"""Bringing the units of a replay to their sink, with the strategies for its failures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import Enum

from engine.machine import Program
from engine.rescue.checkpoint import Position
from engine.rescue.reader import Unit
from engine.rescue.writer import RescueFailed, RescueWriter
from engine.sinks import Reconnector, Sink, SinkError, Strategy, strategy_for


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


class Delivery:
    """Delivers units in order and knows how far it got.

    A replay has nowhere else to put a line, so FIX_RETRY waits for the sink instead of swapping to a rescue file:
    the lines are in one already, and each stays in exactly one place.

    Attributes:
        position: the place in the rescue file up to which every line has been delivered or dropped.
        dropped: how many lines of the last unit a strategy gave up.
        diverted: a rescue file for what the sink would not take, if the behaviour is not to wait (D16).

    Args:
        program: the program that it is part of.
        sink: gets the lines.
        path: the rescue file.
        siblings: get them as well, if the behaviour is to send to the whole group (D7).
    """

    def __init__(self, program: Program, sink: Sink, path: str, siblings: Sequence[Sink] = ()) -> None:
        self.position = Position()
        self.dropped = 0
        self.diverted: RescueWriter | None = None
        self._behaviour = program.behaviour
        self._ordered = _ORDERED[self._behaviour.line_order]
        self._ended = _ENDED[self._behaviour.line_end]
        self._siblings = siblings
        self._program = program
        self._sink = sink
        self._reconnector = Reconnector(program, sink)
        self._path = path

    async def bring(self, unit: Unit) -> AfterFailure:
        """Deliver a unit; RETRY (all is well) or DROPPED when it is dealt with, else why it ended before."""
        rest = self._ended(self._ordered(unit.lines))
        self.dropped = 0
        answer = AfterFailure.RETRY
        while rest:
            try:
                await self._sink.write(rest)
                await self._write_to_siblings(rest)
                rest = ()
            except SinkError as error:
                if self._behaviour.partial_batch == "the_rest":
                    rest = rest[error.written :]
                self.position = unit.after(len(unit.lines) - len(rest))
                answer = await self.answer(error, rest)
                if answer in (AfterFailure.STOP, AfterFailure.THROW):
                    return answer
                if answer is AfterFailure.DROPPED:
                    self.dropped, rest = len(rest), ()
                elif answer is AfterFailure.GONE or self._behaviour.failed_unit == "left_out":
                    rest = ()
        self.position = unit.end
        return answer

    async def answer(self, error: SinkError, lines: Sequence[bytes]) -> AfterFailure:
        """Do what the strategy for this error says about `lines`."""
        strategy = strategy_for(self._program.project, error.error_class)
        self._program.emit("sink.failed", sink=self._sink.name, reason=str(error), strategy=strategy.value)
        log = self._program.log
        if strategy is Strategy.FIX_RETRY:
            log.warn("data", f"sink error: {error}")
            if self._behaviour.replay_outage == "new_rescue_file":
                return await self._divert(lines)
            return AfterFailure.RETRY if await self._reconnector.reconnect() else AfterFailure.STOP
        if strategy is Strategy.THROW:
            log.error("data", f"sink error and interrupt: {error}")
            return AfterFailure.THROW
        if strategy is Strategy.TERMINATE:
            log.error("data", f"sink error and end: {error}")
            self._program.fail(0)
            return AfterFailure.STOP
        (log.warn if strategy is Strategy.TOLERANT else log.debug)(
            "data", f"sink error and {strategy.value}: {error}"
        )
        if self._behaviour.tolerated_lines == "counted_as_success":
            return AfterFailure.GONE
        self._program.drop(self._sink.name, lines, strategy.value)
        return AfterFailure.DROPPED

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
