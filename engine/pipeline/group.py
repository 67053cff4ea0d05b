"""A sink group: one task that takes batches from its channel and gives each to all of its sinks."""

from __future__ import annotations

from collections.abc import Sequence

from engine.kernel import Channel, ChannelClosed, sleep
from engine.machine import Program
from engine.pipeline.monitor import Monitor
from engine.pipeline.runtime import SinkRuntime
from engine.project.model import GroupConf
from engine.sinks import make_sink

CHANNEL_CAPACITY = 128  # batches (facts section 1.2)


class SinkGroup:
    """The group's channel, its sinks, and the task between them."""

    def __init__(self, program: Program, conf: GroupConf, monitor: Monitor) -> None:
        self.name = conf.name
        self._program = program
        self._inbox: Channel[Sequence[bytes]] = Channel(program.machine.scheduler, CHANNEL_CAPACITY)
        self._busy = False
        self._runtimes = [
            SinkRuntime(program, make_sink(program, sink), monitor, self._nudge) for sink in conf.sinks
        ]
        program.holdings.append(self._holding)

    @property
    def quiet(self) -> bool:
        """Nothing on its way, and every sink on its primary."""
        return not self._busy and not self._inbox and all(runtime.healthy for runtime in self._runtimes)

    async def send(self, lines: Sequence[bytes]) -> None:
        """Hand a batch over; a full channel makes the source wait, which is two events."""
        if self._inbox.full:
            await sleep(0)
        paused = self._inbox.full
        if paused:
            self._program.emit("source.paused", group=self.name)
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
            self._busy = True
            for runtime in self._runtimes:
                await (runtime.deliver(lines) if lines else runtime.settle())
            self._busy = False
        for runtime in self._runtimes:
            await runtime.close()

    def close(self) -> None:
        """Let `run` drain the channel and end."""
        self._inbox.close()

    def _nudge(self) -> None:
        """Make an idle task swap back; a busy one does so by itself before its next batch."""
        self._inbox.offer(())

    def _holding(self) -> list[tuple[str, Sequence[bytes]]]:
        return [(runtime.name, lines) for lines in self._inbox.waiting for runtime in self._runtimes]
