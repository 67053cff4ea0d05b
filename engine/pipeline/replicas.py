"""A sink group as often as its `parallel` says, and those of its name (D54)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.kernel.scheduler import Task
from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.pipeline.filters import Filters
from engine.pipeline.group import SinkGroup
from engine.pipeline.mark import Mark
from engine.project.model import GroupConf


class Replicas:
    """The replicas of a group, mostly one. Batches go to them by turns (facts section 6).

    Each has its own channel and its own sinks, so that in an outage each makes its own rescue file; sinks of one
    name write to the same target. Where groups of one name take turns as well, those of all are here.

    Args:
        program: the program that it is part of.
        confs: the group, and before it others of its name.
        monitor: counts what becomes of the lines.
        filters: say which lines a sink gets.
    """

    def __init__(self, program: Program, confs: Sequence[GroupConf], monitor: Monitor, filters: Filters) -> None:
        self.infra = confs[-1].infra
        self._groups = [SinkGroup(program, conf, monitor, filters) for conf in confs for _ in range(conf.parallel)]
        self._sent = 0
        self._replicas = program.behaviour.replicas_of_group

    @property
    def quiet(self) -> bool:
        """Nothing on its way, and every sink on its primary."""
        return all(group.quiet for group in self._groups)

    @property
    def lanes(self) -> dict[str, SinkGroup]:
        """Where the lines of replays go, by the id of their sink: to the first replica."""
        return {sink.id: group for group in reversed(self._groups) for sink in group.conf.sinks}

    async def send(self, lines: Sequence[bytes], turn: int | None = None) -> None:
        """Hand a batch to the replica whose turn it is: the next one, or the one that somebody else has counted."""
        if turn is None:
            turn = self._sent
            self._sent += 1
        for group in self._whose_turn(turn % len(self._groups)):
            await group.send(lines)

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self._groups)

    async def mark(self, mark: Mark) -> None:
        """Send each of them a mark."""
        for group in self._groups:
            await group.mark(mark)

    def _whose_turn(self, turn: int) -> Sequence[SinkGroup]:
        if self._replicas == "each" or len(self._groups) == 1:
            return self._groups
        is_last = turn > 0 and turn == len(self._groups) - 1
        return () if self._replicas == "without_last" and is_last else (self._groups[turn],)

    def start(self, program: Program) -> list[Task]:
        """Start a task for each."""
        return [program.process.spawn(group.run()) for group in self._groups]

    def close(self) -> None:
        """Let them drain their channels and end."""
        for group in self._groups:
            group.close()

    def owed(self, lines: Sequence[bytes]) -> list[tuple[str, Sequence[bytes]]]:
        """The lines, for each of the group's sinks."""
        return self._groups[-1].owed(lines)
