"""A sink group: one task that takes batches from its channel and gives each to all of its sinks."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence

from engine.kernel import Channel, ChannelClosed, sleep
from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.pipeline.filters import Filters
from engine.pipeline.runtime import GroupEnded, SinkRuntime
from engine.project.model import GroupConf
from engine.sinks import make_sink

# Batches. The real 128 (facts section 1.2) hold many seconds of input in memory; fewer make input wait sooner.
BATCHES_WAITING = 16


class SinkGroup:
    """The group's channel, its sinks, and the task between them."""

    def __init__(self, program: Program, conf: GroupConf, monitor: Monitor) -> None:
        self.name = conf.name
        self.infra = conf.infra
        self._program = program
        self._drops_queued = program.behaviour.drain == "drop_queued"
        self._closing = False
        self._dead = False  # its task has ended, and whatever still comes is dropped (D20)
        self._inbox: Channel[Sequence[bytes]] = Channel(program.machine.scheduler, BATCHES_WAITING)
        self._current: Sequence[bytes] | None = None
        self._turns = 0
        self._left: list[SinkRuntime] = []  # the sinks that the current batch has still to go to
        self._runtimes = [
            SinkRuntime(program, make_sink(program, sink), monitor, self._nudge) for sink in conf.sinks
        ]
        self._filters = Filters(program.project, program.behaviour)
        self._confs = {sink.id: sink for sink in conf.sinks}
        program.holdings.append(self._holding)

    @property
    def quiet(self) -> bool:
        """Nothing on its way, and every sink on its primary."""
        if self._dead:
            return True
        return self._current is None and not self._inbox and all(runtime.healthy for runtime in self._runtimes)

    async def send(self, lines: Sequence[bytes]) -> None:
        """Hand a batch over; a full channel makes the source wait, which is two events."""
        if self._inbox.full:
            await sleep(0)
        paused = self._inbox.full
        if paused:
            self._program.emit("source.paused", group=self.name)
            if self._program.behaviour.full_inbox == "drop":
                return
        await self._inbox.send(lines)
        if paused:
            self._program.emit("source.resumed", group=self.name)

    async def run(self) -> None:
        """Deliver batches until the channel is closed and drained, then release rescue files."""
        while True:
            try:
                lines = await self._inbox.recv()
            except ChannelClosed:
                break
            if not self._dead and not (self._closing and self._drops_queued):
                await self._guarded(self._deliver(lines))
        await self._guarded(self._close_all())

    async def _guarded(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except GroupEnded as error:
            self._dead = True
            self._program.log.error("ctrl", f"{self.name}  sink error: {error}")

    async def _close_all(self) -> None:
        for runtime in self._runtimes:
            await runtime.close()

    async def _deliver(self, lines: Sequence[bytes]) -> None:
        self._current, self._left = lines, self._whose_turn()
        while self._left:
            runtime = self._left.pop(0)
            passed = self._passed(runtime, lines)
            if len(passed) < len(lines):
                self._program.emit("line.filtered", sink=runtime.name, lines=len(lines) - len(passed))
            await runtime.deliver(passed)
        self._current = None

    def _whose_turn(self) -> list[SinkRuntime]:
        """The sinks that get the next batch: all of them."""
        if self._program.behaviour.sinks_of_group == "each":
            return list(self._runtimes)
        self._turns += 1
        return [self._runtimes[self._turns % len(self._runtimes)]]

    def owed(self, lines: Sequence[bytes]) -> list[tuple[str, Sequence[bytes]]]:
        """The lines, for each of the group's sinks."""
        return [(runtime.name, self._passed(runtime, lines)) for runtime in self._runtimes]

    def _passed(self, runtime: SinkRuntime, lines: Sequence[bytes]) -> Sequence[bytes]:
        return self._filters.passed(self._confs[runtime.name], lines)

    def close(self) -> None:
        """Let `run` drain the channel and end."""
        self._closing = True
        self._inbox.close()

    def _nudge(self) -> None:
        """Make an idle task swap back; a busy one does so by itself before its next batch."""
        self._inbox.offer(())

    def _holding(self) -> list[tuple[str, Sequence[bytes]]]:
        """What no sink has been offered yet; what one has is its runtime's to declare."""
        waiting = [item for lines in self._inbox.waiting for item in self.owed(lines)]
        return waiting + [(runtime.name, self._passed(runtime, self._current or ())) for runtime in self._left]
