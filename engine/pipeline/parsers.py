"""The parsers of a real version: what was read waits for them, and they take their time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.kernel import Channel, ChannelClosed
from engine.kernel.scheduler import Task
from engine.machine import Program
from engine.pipeline.effort import Effort
from engine.pipeline.pipeline import Pipeline
from engine.units import MICROSECOND

READS_WAITING = 512  # of each parser
A_LINE = 5 * MICROSECOND  # what a parser takes for one
A_LINE_AT_FULL_SPEED = 20 * MICROSECOND  # where reading and sinks work at the same time
_SLOWER = 4  # how much slower a parser may be than another one at the same time


class Parsers:
    """Parsers side by side, who get reads by turns.

    One alone keeps the order of lines. Where there are several, nobody knows which of them is done first: how long
    one takes is drawn.
    """

    def __init__(self, program: Program, pipeline: Pipeline) -> None:
        workers = program.project.source.workers
        self._program = program
        self._pipeline = pipeline
        self._inboxes: list[Channel[Sequence[bytes]]] = [
            Channel(program.machine.scheduler, READS_WAITING) for _ in range(workers)
        ]
        self._at_work: list[Sequence[bytes]] = [()] * workers
        self._a_line = A_LINE if program.project.source.rate else A_LINE_AT_FULL_SPEED
        self._turn = 0
        self._tasks: list[Task] = [program.process.spawn(self._parse(number)) for number in range(workers)]
        program.holdings.append(self._holding)

    @property
    def quiet(self) -> bool:
        """Whether nothing waits to be parsed, and nothing is being parsed."""
        return not any(self._at_work) and not any(map(len, self._inboxes))

    def offer(self, lines: Sequence[bytes]) -> bool:
        """Give a read to the parser whose turn it is, or to the next one that has room; whether one has."""
        for _ in self._inboxes:
            inbox = self._inboxes[self._turn % len(self._inboxes)]
            self._turn += 1
            if inbox.offer(lines):
                return True
        return False

    def pass_on(self) -> None:
        """Leave a turn out, as is done after each round."""
        self._turn += 1

    async def finish(self) -> None:
        """Wait until all is parsed and handed over."""
        for inbox in self._inboxes:
            inbox.close()
        for task in self._tasks:
            await self._program.machine.scheduler.join(task)

    async def _parse(self, number: int) -> None:
        inbox, effort = self._inboxes[number], Effort(self._program)
        while True:
            try:
                lines = self._at_work[number] = await inbox.recv()
            except ChannelClosed:
                return
            await effort.spend(len(lines) * self._a_line * self._slowness(number))
            self._at_work[number] = ()
            self._pipeline.count(lines)
            await self._pipeline.deliver(lines, number)

    def _slowness(self, number: int) -> int:
        if len(self._inboxes) == 1:
            return 1
        return self._program.machine.streams.stream(f"parser {number}").randint(1, _SLOWER)

    def _holding(self) -> Iterator[tuple[str, Sequence[bytes]]]:
        for lines in (*self._at_work, *(each for inbox in self._inboxes for each in inbox.waiting)):
            yield from self._pipeline.owed(lines)
