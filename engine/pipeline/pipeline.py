"""Everything between the source and the sinks of one `wparse`: router, groups, monitor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from engine.kernel import sleep
from engine.machine import Program
from engine.machine.monitor import SUM, Monitor
from engine.machine.records import cut_to
from engine.pipeline.filters import Filters
from engine.pipeline.group import SinkGroup
from engine.pipeline.mark import Mark
from engine.pipeline.packages import Package, Packages
from engine.pipeline.replicas import Replicas
from engine.pipeline.router import Router
from engine.project.model import MONITOR, GroupConf
from engine.sinks import FIRST_PAUSE


class Pipeline:
    """Takes batches of lines, shares them out to the sink groups, and drains when the input ends.

    Args:
        program: the program that it is part of.
        window: seconds between two reports of the monitor.
    """

    def __init__(self, program: Program, window: int) -> None:
        self.monitor = Monitor(program, window, self._watch)
        self._program = program
        self._router = Router(program.project, program.behaviour)
        workers = program.project.source.workers
        self._packages = [Packages(self._router, program.behaviour) for _ in range(workers)]
        self._left: list[list[Package]] = []  # of the reads at hand, what is not handed over yet
        filters = Filters(program.project, program.behaviour)
        self._groups = {
            name: Replicas(program, confs, self.monitor, filters) for name, confs in _at_work(program).items()
        }
        self._tasks = {name: group.start(program) for name, group in self._groups.items()}
        program.process.spawn(self.monitor.run())
        program.holdings.append(self._holding)

    @property
    def quiet(self) -> bool:
        """Nothing on its way, and every sink on its primary."""
        return all(group.quiet for group in self._groups.values())

    async def deliver(self, lines: Sequence[bytes], parser: int = 0) -> None:
        """Hand what a parser has read over to its groups; coming back late is back-pressure."""
        left = list(self._packages[parser].of(lines))
        self._left.append(left)
        while left:
            await self._groups[left[0].group].send(left[0].lines, left[0].turn)
            del left[0]
        self._left = [each for each in self._left if each is not left]

    def without_blanks(self, lines: Sequence[bytes]) -> Sequence[bytes]:
        """Lines as rules take them, without blanks around them; those of blanks alone where one takes them."""
        if all(line and line.isascii() and line == line.strip() for line in lines):
            return lines
        return [cut_to(line, bare) for line in lines if (bare := self._router.without_blanks(line)) is not None]

    def count(self, lines: Sequence[bytes]) -> None:
        """Count a batch's lines by the rules that parse them."""
        for rule, times in Counter(map(self._router.rule, lines)).items():
            if rule is not None:
                self.monitor.parse(rule, times)

    async def mark(self, mark: Mark) -> None:
        """Send a mark behind all batches, to every group that gets lines of the input."""
        groups = [group for name, group in self._groups.items() if name != MONITOR]
        mark.send(sum(group.size for group in groups))
        for group in groups:
            await group.mark(mark)

    async def drain(self) -> None:
        """Bring everything home and release every rescue file; the monitor's group goes last."""
        if self._program.behaviour.stop_in_outage == "after_the_pause":
            await self._maintained()
        self._program.log.info("ctrl", "enter draining state")
        for name in self._groups:
            if name != MONITOR:
                await self._close(name)
        await self.monitor.report(SUM)
        await self._close(MONITOR)

    async def _maintained(self) -> None:
        """Wait for the one who looks after failed sinks: the pause is slept through, then comes one more round."""
        if (pause := self._program.maintainer.free_at - self._program.now) > 0:
            await sleep(pause + FIRST_PAUSE)

    async def _close(self, name: str) -> None:
        group = self._groups[name]
        group.close()
        if group.infra and self._program.behaviour.infra_at_stop == "abandoned":
            return
        for task in self._tasks[name]:
            await self._program.machine.scheduler.join(task)

    @property
    def lanes(self) -> dict[str, SinkGroup]:
        """Where the lines of replays go, by the id of their sink."""
        return {sink: lane for group in self._groups.values() for sink, lane in group.lanes.items()}

    async def _watch(self, lines: Sequence[bytes]) -> None:
        await self._groups[MONITOR].send(lines)

    def owed(self, lines: Sequence[bytes]) -> Iterator[tuple[str, Sequence[bytes]]]:
        """The lines of a batch, for each sink that is to get them."""
        for name, share in self._router.split(lines).items():
            yield from self._groups[name].owed(share)

    def _holding(self) -> Iterator[tuple[str, Sequence[bytes]]]:
        for left in self._left:
            for package in left:
                yield from self._groups[package.group].owed(package.lines)


def _at_work(program: Program) -> dict[str, list[GroupConf]]:
    """The groups that lines go to, by name: of several of one name the last, or in real versions all (D54)."""
    found: dict[str, list[GroupConf]] = {}
    for conf in program.project.groups:
        if not conf.is_superseded or program.behaviour.namesake_groups == "take_turns":
            found.setdefault(conf.name, []).append(conf)
    return found
