"""Bringing the units of a replay to their sink, with the strategies for its failures."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from engine.machine import Program
from engine.rescue.checkpoint import Position
from engine.rescue.reader import Unit
from engine.sinks import Sink, SinkError, Strategy, reconnect, strategy_for


class Answer(Enum):
    """What to do after a failure: go on with the lines that are left, go on without them, or end."""

    RETRY = "retry"
    DROPPED = "dropped"
    STOP = "stop"
    THROW = "throw"


class Delivery:
    """Delivers units in order and knows how far it got.

    A replay has nowhere else to put a line, so FIX_RETRY waits for the sink instead of swapping to a rescue file:
    the lines are in one already, and each stays in exactly one place.

    Attributes:
        position: the place in the rescue file up to which every line has been delivered or dropped.
        dropped: how many lines of the last unit a strategy gave up.
    """

    def __init__(self, program: Program, sink: Sink, path: str) -> None:
        self.position = Position()
        self.dropped = 0
        self._program = program
        self._sink = sink
        self._path = path

    async def bring(self, unit: Unit) -> Answer:
        """Deliver a unit; RETRY (all is well) or DROPPED when it is dealt with, else why it ended before."""
        rest = unit.lines
        self.dropped = 0
        answer = Answer.RETRY
        while rest:
            try:
                await self._sink.write(rest)
                rest = ()
            except SinkError as error:
                rest = rest[error.written :]
                self.position = unit.after(len(unit.lines) - len(rest))
                answer = await self.answer(error, rest)
                if answer in (Answer.STOP, Answer.THROW):
                    return answer
                if answer is Answer.DROPPED:
                    self.dropped, rest = len(rest), ()
        self.position = unit.end
        return answer

    async def answer(self, error: SinkError, lines: Sequence[bytes]) -> Answer:
        """Do what the strategy for this error says about `lines`."""
        strategy = strategy_for(self._program.project, error.error_class)
        self._program.emit("sink.failed", sink=self._sink.name, reason=str(error), strategy=strategy.value)
        log = self._program.log
        if strategy is Strategy.FIX_RETRY:
            log.warn("data", f"sink error: {error}")
            return Answer.RETRY if await reconnect(self._program, self._sink) else Answer.STOP
        if strategy is Strategy.THROW:
            log.error("data", f"sink error and interrupt: {error}")
            return Answer.THROW
        if strategy is Strategy.TERMINATE:
            log.error("data", f"sink error and end: {error}")
            self._program.fail(0)
            return Answer.STOP
        (log.warn if strategy is Strategy.TOLERANT else log.debug)(
            "data", f"sink error and {strategy.value}: {error}"
        )
        self._program.drop(self._sink.name, lines, strategy.value)
        return Answer.DROPPED
