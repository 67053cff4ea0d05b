"""A sink at run time: writes to it, to a rescue file while it is down, and to it again when it is back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from engine.kernel import sleep
from engine.machine import Program
from engine.pipeline.monitor import Monitor, SinkStat
from engine.rescue.writer import RescueFailed, RescueWriter
from engine.sinks import FIRST_PAUSE, Sink, SinkError, Strategy, reconnect, strategy_for


class SinkRuntime:
    """One sink of a running `wparse`, with the strategies for its failures (facts sections 1.3 and 1.7).

    Attributes:
        healthy: the sink itself is in use, and no rescue file is open.

    Args:
        program: the program that it is part of.
        sink: the sink itself, called primary here.
        monitor: counts what becomes of the lines.
        on_repair: called when the primary is back, so that somebody calls `deliver`.
    """

    def __init__(self, program: Program, sink: Sink, monitor: Monitor, on_repair: Callable[[], None]) -> None:
        self.name = sink.name
        self._program = program
        self._primary = sink
        self._stat: SinkStat = monitor.sink(sink.name)
        self._on_repair = on_repair
        self._down = False  # the primary failed, and the maintainer is on it
        self._back = False  # the primary works again, the swap back is still to come
        self._rescue: RescueWriter | None = None
        self._in_hand: Sequence[bytes] = ()
        program.holdings.append(self._holding)

    @property
    def healthy(self) -> bool:
        """Whether lines go to the sink itself."""
        return not self._down and self._rescue is None

    async def deliver(self, lines: Sequence[bytes]) -> None:
        """Bring every line to the sink or to its rescue file, or drop it if the strategy says so.

        Swaps back first if the primary works again; no lines at all just do that. While the rescue file can't be
        written either, this doesn't come back, and so input waits.
        """
        self._stat.total += len(lines)
        self._in_hand = lines
        while True:
            if self._back:
                self._back = self._down = False
                await self._swap_back()
            elif self._down and (self._in_hand or (self._rescue is not None and self._rescue.overdue)):
                await self._to_rescue()
            elif self._in_hand:
                await self._to_primary()
            else:
                return

    async def close(self) -> None:
        """At a graceful stop: release the rescue file, if any, however long the disk makes us wait."""
        while not await self._try_release():
            pass

    async def _to_primary(self) -> None:
        try:
            await self._primary.write(self._in_hand)
        except SinkError as error:
            self._took(error.written)
            self._failed(error)
        else:
            self._took(len(self._in_hand))

    def _took(self, lines: int) -> None:
        self._stat.success += lines
        self._in_hand = self._in_hand[lines:]

    def _failed(self, error: SinkError) -> None:
        """Do as the strategy for this error says; `deliver` goes on with what is left in hand."""
        self._stat.failures += 1
        strategy = strategy_for(self._program.project, error.error_class)
        self._program.emit("sink.failed", sink=self.name, reason=str(error), strategy=strategy.value)
        if strategy is Strategy.FIX_RETRY:
            self._program.log.warn("data", f"sink error: {error}")
            self._swap_to_rescue()
        elif strategy in (Strategy.TOLERANT, Strategy.IGNORE):
            log = self._program.log.warn if strategy is Strategy.TOLERANT else self._program.log.debug
            log("data", f"sink error and {strategy.value}: {error}")
            self._stat.dropped += len(self._in_hand)
            self._program.drop(self.name, self._in_hand, strategy.value)
            self._in_hand = ()
        else:
            self._give_up(error, strategy)

    def _swap_to_rescue(self) -> None:
        self._down = True
        if self._program.behaviour.swap_to_rescue == "drop_first_line":
            self._in_hand = self._in_hand[1:]
        self._program.process.spawn(self._repair())

    async def _repair(self) -> None:
        if await reconnect(self._program, self._primary):
            self._back = True
            self._on_repair()

    def _give_up(self, error: SinkError, strategy: Strategy) -> None:
        """Throw and Terminate: the program stops, and until it has, this sink's lines are rescued (not D20)."""
        word = "interrupt" if strategy is Strategy.THROW else "end"
        self._program.log.error("data", f"sink error and {word}: {error}")
        self._program.fail(0 if strategy is Strategy.TERMINATE else 1)
        self._down = True

    async def _to_rescue(self) -> None:
        """Write to the rescue file, making it first; pause when that fails."""
        try:
            if self._rescue is None:
                self._rescue = await RescueWriter.create(self._program, self.name)
            if self._in_hand:
                self._stat.rescued += len(self._in_hand)
                self._rescue.add(self._in_hand)
                self._in_hand = ()
            await self._rescue.flush_due()
        except RescueFailed as error:
            await self._pause(error)

    async def _swap_back(self) -> None:
        """What the rescue file could not take goes to the primary; the file itself is released."""
        if self._rescue is None:
            return
        if self._program.behaviour.swap_back == "repeat_last_line" and self._rescue.last_line is not None:
            self._in_hand = (self._rescue.last_line, *self._in_hand)
        while not await self._try_release():
            back = self._rescue.take_back()
            self._stat.rescued -= len(back)
            self._in_hand = (*back, *self._in_hand)

    async def _try_release(self) -> bool:
        """Release the rescue file, if any; pause and say False when that fails."""
        try:
            if self._rescue is not None:
                await self._rescue.release()
        except RescueFailed as error:
            await self._pause(error)
            return False
        self._rescue = None
        return True

    async def _pause(self, error: RescueFailed) -> None:
        self._program.log.error("data", f"rescue of {self.name}: {error}")
        await sleep(FIRST_PAUSE)

    def _holding(self) -> Iterable[tuple[str, Sequence[bytes]]]:
        yield self.name, self._in_hand
        if self._rescue is not None:
            yield self.name, self._rescue.unwritten
