"""A sink at run time: writes to it, to a rescue file while it is down, and to it again when it is back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property

from engine.kernel import sleep
from engine.kernel.process import never
from engine.machine import Program
from engine.machine.monitor import Monitor, SinkStat
from engine.pipeline.effort import Effort
from engine.project.model import SinkConf
from engine.rescue.live_quarantine import LiveQuarantine
from engine.rescue.writer import FLUSH_LINES, RescueFailed, RescueWriter
from engine.sinks import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    Reconnector,
    Refused,
    SinkError,
    Strategy,
    make_sink,
    sort_out,
    tell_failure,
)
from engine.units import MICROSECOND

AN_ENTRY = 10 * MICROSECOND  # what a real sink takes for a line that goes to a rescue file
_QUEUED = 100  # handles of failed sinks that wait for the maintainer; more of them make their group wait for him
_NEXT_SWAP = 14_800 * MICROSECOND  # until he has dealt with one
_MOST_ABANDONED = 2500  # real versions make ever more; here it is not told how many


class GroupEnded(Exception):
    """Trouble with one sink that ends its whole group, and is told to nobody else (D20, D24)."""


class SinkRuntime:
    """One sink of a running `wparse`, with the strategies for its failures (facts sections 1.3 and 1.7).

    Attributes:
        healthy: the sink itself is in use, and no rescue file is open.

    Args:
        program: the program that it is part of.
        conf: the sink itself, called primary here.
        monitor: counts what becomes of the lines.
        on_repair: called when the primary is back, so that somebody calls `deliver`.
    """

    def __init__(self, program: Program, conf: SinkConf, monitor: Monitor, on_repair: Callable[[], None]) -> None:
        self.conf = conf
        self.name = conf.id
        self._program = program
        self._behaviour = program.behaviour
        self._primary = make_sink(program, conf)
        self._stat: SinkStat = monitor.sink(conf.id)
        self._backup = monitor.backup(conf.id)
        self._on_repair = on_repair
        self._unsynced = False  # the primary was given lines since it was synced
        self._down = False  # the primary failed, and the maintainer is on it
        self._back = False  # the primary works again, the swap back is still to come
        self._rescue: RescueWriter | None = None
        self._abandoned: list[RescueWriter] = []  # files that couldn't be written (D19)
        self._swapping = False  # one such file for another, without an eye for the sink
        self._in_hand: Sequence[bytes] = ()
        self._refused: list[Refused] = []  # of the lines at hand, on their way to quarantine
        program.holdings.append(self._holding)

    # Most sinks never fail: what only those need that do is made for them alone.

    @cached_property
    def _reconnector(self) -> Reconnector:
        return Reconnector(self._program, self._primary)

    @cached_property
    def _effort(self) -> Effort:
        return Effort(self._program)

    @cached_property
    def _quarantine(self) -> LiveQuarantine:
        return LiveQuarantine(self._program, self.name)

    @property
    def healthy(self) -> bool:
        """Whether lines go to the sink itself."""
        return not self._down and self._rescue is None

    async def deliver(self, lines: Sequence[bytes]) -> None:
        """Bring every line to the sink, to its rescue file or to quarantine, or drop it if the strategy says so.

        Swaps back first if the primary works again; no lines at all just do that. While the rescue file can't be
        written either, this doesn't come back, and so input waits.

        Raises:
            GroupEnded: the behaviour is to end the group.
        """
        self._stat.total += len(lines)
        if self._backup is not None and self._rescue is not None:
            self._backup.total += len(lines)
        self._in_hand = lines
        while True:
            if self._back and not self._swapping:
                self._back = self._down = False
                await self._swap_back()
            elif self._down and (self._in_hand or (self._rescue is not None and self._rescue.overdue)):
                await self._to_rescue()
            elif self._in_hand:
                await self._to_primary()
            else:
                return

    async def settle(self) -> bool:
        """Make durable what the sink was given and what was rescued; False where that can't be done now."""
        try:
            if self._rescue is not None:
                await self._rescue.secure()
            if self._unsynced and self._behaviour.source_position != "not_synced":
                await self._primary.sync()
        except (RescueFailed, SinkError) as error:
            self._program.log.warn("source", f"the input's position has to wait for {self.name}: {error}")
            return False
        self._unsynced = False
        return True

    async def close(self) -> None:
        """At a graceful stop: release the rescue file, if any, however long the disk makes us wait.

        Raises:
            GroupEnded: the behaviour is not to wait.
        """
        if self._behaviour.unfilled_batch == "held_until_full" and self.conf.database is not None:
            await self._let_go()
        while not await self._try_release():
            if self._behaviour.stop_failure == "leave_siblings":
                raise GroupEnded(f"{self.name} can't be closed")

    async def _let_go(self) -> None:
        """Let a sink send what it holds; one that is down isn't stopped, and what it holds goes with it (D37)."""
        try:
            if not self._down:
                await self._primary.sync()
        except SinkError as error:
            self._program.log.error("data", f"{self.name} can't be stopped: {error}")

    async def _to_primary(self) -> None:
        self._unsynced, before = True, self._program.given_up[self.name]
        try:
            await self._primary.write(self._in_hand)
        except SinkError as error:
            answered = sort_out(self._program, self.name, self._in_hand, error)
            self._done(answered.delivered, before)
            if len(answered.left) < len(self._in_hand):
                self._in_hand = [self._in_hand[place] for place in answered.left]
            self._refused = list(answered.refused)
            await self._failed(error)
        else:
            self._done(len(self._in_hand), before)
            self._in_hand = ()

    def _done(self, lines: int, given_up: int) -> None:
        """Count lines that the sink is done with; some it has given up, since `given_up` of them were."""
        dropped = min(lines, self._program.given_up[self.name] - given_up)
        self._stat.dropped += dropped
        self._stat.success += lines - dropped

    async def _failed(self, error: SinkError) -> None:
        """Do as the strategy for this error says; `deliver` goes on with what is left in hand."""
        self._stat.failures += 1
        strategy = tell_failure(self._program, self.name, error)
        if strategy.gives_up:
            self._drop(strategy)
            return
        only_lines = bool(self._refused)  # then the sink itself works, and what is left goes to it again
        await self._put_aside()
        if strategy.ends:
            await self._give_up(error, strategy)
        elif not only_lines:
            self._swap_to_rescue()

    def _drop(self, strategy: Strategy) -> None:
        """Give up what the sink refuses; where it doesn't say which that is, all that is left."""
        if self._refused:
            lines: Sequence[bytes] = [each.line for each in self._refused]
            self._refused = []
        else:
            lines, self._in_hand = self._in_hand, ()
        if self._behaviour.tolerated_lines == "declared":
            self._stat.dropped += len(lines)
            self._program.drop(self.name, lines, strategy.value)
        else:
            self._stat.success += len(lines)

    async def _put_aside(self) -> None:
        """Bring what the sink refuses to quarantine, however long the disk makes us wait."""
        kept = not self._refused
        self._stat.refused += len(self._refused)
        while not kept:
            try:
                await self._quarantine.add(self._refused)
                kept = True
            except RescueFailed as error:
                await self._pause(error)

    def _swap_to_rescue(self) -> None:
        self._down = True
        if self._behaviour.swap_to_rescue == "drop_first_line":
            self._in_hand = self._in_hand[1:]
        self._program.process.spawn(self._repair())

    async def _repair(self) -> None:
        if await self._reconnector.reconnect():
            self._back = True
            self._on_repair()

    async def _give_up(self, error: SinkError, strategy: Strategy) -> None:
        """Throw and Terminate: the program stops, and until it has, this sink's lines are rescued (not D20)."""
        if strategy is Strategy.THROW and self._behaviour.thrown_error == "end_group":
            raise GroupEnded(str(error))
        if strategy is Strategy.THROW and self._behaviour.thrown_error == "abort":
            await self._program.abort()
        self._program.fail(0 if strategy is Strategy.TERMINATE else 1)
        self._down = True

    async def _to_rescue(self) -> None:
        """Write to the rescue file, making it first; pause when that fails."""
        if self._rescue is None:
            try:
                self._rescue = await RescueWriter.create(self._program, self.name)
            except RescueFailed as error:
                await self._unmade(error)
                return
        if self._in_hand:
            self._count_rescued(len(self._in_hand))
            self._rescue.add(self._in_hand)
            self._in_hand = ()
        try:
            if self._behaviour.sink_batches == "gathered" and self._rescue.overdue:
                await self._effort.spend(FLUSH_LINES * AN_ENTRY)
            await self._rescue.flush_due()
            self._swapping = False
        except RescueFailed as error:
            await self._unwritten(self._rescue, error)

    def _count_rescued(self, lines: int) -> None:
        self._stat.rescued += lines
        if self._backup is not None:
            self._backup.success += lines

    async def _unmade(self, error: RescueFailed) -> None:
        if self._behaviour.unmade_rescue_file == "end_group":
            self._stat.total -= len(self._in_hand)  # nobody comes to say that they are over
            raise GroupEnded(str(error)) from error
        await self._pause(error)

    async def _unwritten(self, file: RescueWriter, error: RescueFailed) -> None:
        """The rescue file can't be written: wait, or do with it as with any failed sink (D19)."""
        if self._behaviour.unwritten_rescue_file == "wait":
            await self._pause(error)
            return
        self._abandoned.append(file)
        self._swapping = True
        if len(self._abandoned) > _MOST_ABANDONED:
            await never()
        if len(self._abandoned) > _QUEUED:
            await sleep(LONGEST_PAUSE if len(self._abandoned) == _QUEUED + 1 else _NEXT_SWAP)
        self._in_hand, self._rescue = file.take_back(), None
        if not file.lines:  # one with lines can't write those that it holds, and keeps its name
            with suppress(RescueFailed):  # then that one keeps its name as well
                await file.release()

    async def _swap_back(self) -> None:
        """What the rescue file could not take goes to the primary; the file itself is released."""
        if self._rescue is None:
            return
        if self._behaviour.swap_back == "repeat_last_line" and self._rescue.last_line is not None:
            self._in_hand = (self._rescue.last_line, *self._in_hand)
        elif self._behaviour.swap_back == "drop_batch":
            self._in_hand = ()
        while not await self._try_release():
            back = self._rescue.take_back()
            self._count_rescued(-len(back))
            if self._behaviour.swap_back != "forget_unwritten":
                self._in_hand = (*back, *self._in_hand)

    async def _try_release(self) -> bool:
        """Release the rescue file, if any; pause and say False when that fails."""
        try:
            if self._rescue is not None:
                await self._rescue.release()
        except RescueFailed as error:
            assert self._rescue is not None, "there was one to be released"
            if self._behaviour.unreleased_rescue_file == "wait" or self._rescue.unwritten:
                await self._unmade(error)
                return False
            self._program.log.error("data", str(error))
        self._rescue = None
        return True

    async def _pause(self, error: RescueFailed) -> None:
        self._program.log.error("data", f"rescue of {self.name}: {error}")
        await sleep(FIRST_PAUSE)

    def _holding(self) -> Iterable[tuple[str, Sequence[bytes]]]:
        yield self.name, self._in_hand
        yield self.name, [each.line for each in self._refused]
        if self._rescue is not None:
            yield self.name, self._rescue.unwritten
