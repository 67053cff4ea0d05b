"""A sink group: one task that takes batches from its channel and gives each to all of its sinks."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from functools import cached_property

from engine.kernel import Channel, ChannelClosed, sleep
from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.pipeline.effort import Effort
from engine.pipeline.filters import Filters
from engine.pipeline.gathering import gatherings_of, patience_of
from engine.pipeline.mark import Mark
from engine.pipeline.runtime import GroupEnded, SinkRuntime
from engine.project.model import GroupConf
from engine.units import MICROSECOND

# Batches. The real 128 (facts section 1.2) hold many seconds of input in memory; fewer make input wait sooner.
BATCHES_WAITING = 16
REAL_BATCHES_WAITING = 128
ONE_BY_ONE = 376 * MICROSECOND  # what a real sink takes for a line that comes alone


class SinkGroup:
    """The group's channel, its sinks, and the task between them.

    Where lines are gathered, each sink gets them when there are as many as a batch has, and otherwise when the
    group's clock ticks, which it does as long as lines wait.

    Its sinks are made at its first line, as most infra groups never get one; but at once where lines are gathered,
    and where they have a life of their own: those that go up and down begin to, and a user's code is asked.
    """

    def __init__(self, program: Program, conf: GroupConf, monitor: Monitor, filters: Filters) -> None:
        self.name = conf.name
        self.conf = conf
        self._program = program
        self._monitor = monitor
        self._filters = filters
        self._drops_queued = program.behaviour.drain == "drop_queued"
        self._closing = False
        self._dead = False  # its task has ended, and whatever still comes is dropped (D20)
        gathers = program.behaviour.sink_batches == "gathered"
        real = 1 if conf.infra else REAL_BATCHES_WAITING  # who writes one by one is waited for
        capacity = real if gathers else BATCHES_WAITING
        self._inbox: Channel[Sequence[bytes] | Mark] = Channel(program.machine.scheduler, capacity)
        self._gatherings = gatherings_of(conf, program.behaviour)
        self._one_by_one = gathers  # takes its time
        self._born = program.now + len(program.holdings)  # no two clocks tick at once
        self._ticks = False  # the group's clock, as long as lines wait
        self._time_is_over = False  # for all lines that wait
        self._current: Sequence[bytes] | None = None
        self._turns = 0
        self._left: list[SinkRuntime] = []  # the sinks that the current batch has still to go to
        self._runtimes: list[SinkRuntime] = []
        if gathers or any(sink.kind.has_phases or sink.foreign is not None for sink in conf.sinks):
            self._make_sinks()
        program.holdings.append(self._holding)

    def _make_sinks(self) -> None:
        self._runtimes += [SinkRuntime(self._program, sink, self._monitor, self._nudge) for sink in self.conf.sinks]

    @cached_property
    def _effort(self) -> Effort:
        return Effort(self._program)

    @property
    def quiet(self) -> bool:
        """Nothing on its way, and every sink on its primary."""
        if self._dead:
            return True
        if self._current is not None or self._inbox or (self._gatherings and self._gathered):
            return False
        return all(runtime.healthy for runtime in self._runtimes)

    @property
    def _gathered(self) -> bool:
        """Whether lines wait until there are more of them."""
        return any(each.waiting for each in self._gatherings.values())

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

    def offer(self, lines: Sequence[bytes]) -> bool:
        """Hand a batch over if there is room for it now; whether there was."""
        return self._inbox.offer(lines)

    async def mark(self, mark: Mark) -> None:
        """Send a mark behind the batches."""
        await self._inbox.send(mark)

    async def run(self) -> None:
        """Deliver batches until the channel is closed and drained, then release rescue files."""
        while True:
            try:
                item = await self._inbox.recv()
            except ChannelClosed:
                break
            if isinstance(item, Mark):
                await item.arrived(durable=await self._settle())
            elif not self._dead and not (self._closing and self._drops_queued):
                await self._guarded(self._deliver(item))
        await self._guarded(self._close_all())

    async def _tick(self) -> None:
        """Let the lines that wait go when the group's clock ticks next."""
        patience = patience_of(self.conf, self._program.behaviour)
        await sleep(patience - (self._program.now - self._born) % patience)
        self._ticks = False
        self._time_is_over = True
        self._nudge()

    async def _settle(self) -> bool:
        """Make durable what the sinks were given; False where that can't be done now."""
        await self._guarded(self._deliver_gathered())
        if self._dead:
            return False
        settled = [await runtime.settle() for runtime in self._runtimes]
        return all(settled)

    async def _guarded(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except GroupEnded as error:
            self._dead = True
            self._program.log.error("ctrl", f"{self.name}  sink error: {error}")

    async def _close_all(self) -> None:
        await self._deliver_gathered()
        for runtime in self._runtimes:
            await runtime.close()

    async def _deliver(self, lines: Sequence[bytes]) -> None:
        if not self._runtimes:
            self._make_sinks()
        self._current, self._left = lines, self._whose_turn()  # first of all: else nobody would have the lines
        if self._time_is_over:
            await self._deliver_gathered()
        while self._left:
            runtime = self._left.pop(0)
            passed = self._filters.passed(runtime.conf, lines)
            if len(passed) < len(lines):
                self._program.emit("line.filtered", sink=runtime.name, lines=len(lines) - len(passed))
            await self._bring(runtime, passed)
        self._current = None
        if self._gatherings and self._gathered and not self._ticks:
            self._ticks = True
            self._program.process.spawn(self._tick())

    async def _bring(self, runtime: SinkRuntime, lines: Sequence[bytes]) -> None:
        """Give the sink its lines, or as many whole batches as there are with them."""
        gathering = self._gatherings.get(runtime.name) if self._gatherings else None
        if gathering is None:
            await runtime.deliver(lines)
            return
        gathering.add(lines)
        await runtime.deliver(())
        while gathering.has_batch:
            if gathering.size == 1 and self._one_by_one:
                await self._effort.spend(ONE_BY_ONE)  # before the line is taken: nobody else has it
            await runtime.deliver(gathering.batch())

    async def _deliver_gathered(self) -> None:
        """Give every sink what waits for it."""
        self._time_is_over = False
        for runtime in self._runtimes if self._gatherings else ():
            if (gathering := self._gatherings.get(runtime.name)) is not None and gathering.waiting:
                await runtime.deliver(gathering.rest())

    def _whose_turn(self) -> list[SinkRuntime]:
        """The sinks that get the next batch: all of them."""
        if self._program.behaviour.sinks_of_group == "each":
            return list(self._runtimes)
        self._turns += 1
        return [self._runtimes[self._turns % len(self._runtimes)]]

    def owed(self, lines: Sequence[bytes]) -> list[tuple[str, Sequence[bytes]]]:
        """The lines, for each of the group's sinks."""
        return [(sink.id, self._filters.passed(sink, lines)) for sink in self.conf.sinks]

    def close(self) -> None:
        """Let `run` drain the channel and end."""
        self._closing = True
        self._inbox.close()

    def _nudge(self) -> None:
        """Make an idle task swap back; a busy one does so by itself before its next batch."""
        self._inbox.offer(())

    def _holding(self) -> list[tuple[str, Sequence[bytes]]]:
        """What no sink has been offered yet; what one has is its runtime's to declare."""
        waiting: list[tuple[str, Sequence[bytes]]] = []
        for lines in self._inbox.waiting if self._inbox else ():
            waiting += () if isinstance(lines, Mark) else self.owed(lines)
        for name, each in self._gatherings.items():
            waiting.append((name, each.waiting))
        for runtime in self._left:
            waiting.append((runtime.name, self._filters.passed(runtime.conf, self._current or ())))
        return waiting
