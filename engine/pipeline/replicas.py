"""A sink group as often as its `parallel` says, and those of its name (D54)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.kernel.scheduler import Task
from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.pipeline.filters import Filters
from engine.pipeline.group import SinkGroup, owed_to
from engine.pipeline.mark import Mark
from engine.project.model import GroupConf


class Replicas:
    """The replicas of a group, mostly one. Batches go to them by turns (facts section 6).

    Each has its own channel and its own sinks, so that in an outage each makes its own rescue file; sinks of one
    name write to the same target. Where groups of one name take turns as well, those of all are here.

    They are made at their first line, as most infra groups never get one; but at once where lines are gathered, and
    where sinks have a life of their own: those that go up and down begin to, and a user's code is asked.

    Attributes:
        size: how many there are.

    Args:
        program: the program that it is part of.
        confs: the group, and before it others of its name.
        monitor: counts what becomes of the lines.
        filters: say which lines a sink gets.
    """

    def __init__(self, program: Program, confs: Sequence[GroupConf], monitor: Monitor, filters: Filters) -> None:
        self.infra = confs[-1].infra
        self.size = sum([conf.parallel for conf in confs])
        self._program = program
        self._confs = confs
        self._monitor = monitor
        self._filters = filters
        self._first = 0  # the number of the first one's task, whenever that begins
        self._groups: list[SinkGroup] = []
        self._tasks: list[Task] = []
        self._sent = 0

    def start(self) -> None:
        """Be ready for lines."""
        self._first = self._program.machine.scheduler.reserve(self.size)
        gathers = self._program.behaviour.sink_batches == "gathered"
        if gathers or any(
            sink.kind.has_phases or sink.foreign is not None for conf in self._confs for sink in conf.sinks
        ):
            self._made()

    def _made(self) -> Sequence[SinkGroup]:
        """All of them, made now if that was not needed before."""
        if not self._groups:
            program, monitor, filters = self._program, self._monitor, self._filters
            self._groups = [
                SinkGroup(program, conf, monitor, filters) for conf in self._confs for _ in range(conf.parallel)
            ]
            numbered = enumerate(self._groups, self._first)
            self._tasks = [program.process.spawn(group.run(), number) for number, group in numbered]
        return self._groups

    @property
    def quiet(self) -> bool:
        """Nothing on its way, and every sink on its primary."""
        return all(group.quiet for group in self._groups)

    @property
    def lanes(self) -> dict[str, SinkGroup]:
        """Where the lines of replays go, by the id of their sink: to the first replica."""
        return {sink.id: group for group in reversed(self._made()) for sink in group.conf.sinks}

    async def send(self, lines: Sequence[bytes], turn: int | None = None) -> None:
        """Hand a batch to the replica whose turn it is: the next one, or the one that somebody else has counted."""
        if turn is None:
            turn = self._sent
            self._sent += 1
        for group in self._whose_turn(turn % self.size):
            await group.send(lines)

    async def mark(self, mark: Mark) -> None:
        """Send each of them a mark."""
        for group in self._made():
            await group.mark(mark)

    def _whose_turn(self, turn: int) -> Sequence[SinkGroup]:
        groups, how = self._made(), self._program.behaviour.replicas_of_group
        if how == "each" or self.size == 1:
            return groups
        is_last = turn > 0 and turn == self.size - 1
        return () if how == "without_last" and is_last else (groups[turn],)

    async def close(self, *, waits: bool) -> None:
        """Let them drain their channels and end; come back when they have, if it `waits`."""
        for group in self._groups:
            group.close()
        for task in self._tasks if waits else ():
            await self._program.machine.scheduler.join(task)

    def owed(self, lines: Sequence[bytes]) -> list[tuple[str, Sequence[bytes]]]:
        """The lines, for each of the group's sinks."""
        return owed_to(self._confs[-1], self._filters, lines)
