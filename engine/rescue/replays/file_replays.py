"""What the replays of one recovery share: its checkpoint, its stop, its pace, and the sinks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.project.model import SinkConf
from engine.rescue.checkpoint import Checkpoint, Entry
from engine.rescue.head import send_head
from engine.rescue.line_numbers import LineNumbers
from engine.rescue.replays.pace import Pace
from engine.rescue.replays.queued_replay import Lane, QueuedReplay
from engine.rescue.replays.replay import Replay, ReplayEnd
from engine.rescue.stop_orders import StopListener, StopOrders
from engine.rescue.writer import RescueFailed, RescueWriter
from engine.sinks import Sink, make_sink


class FileReplays(Protocol):
    """How a recovery replays files.

    Attributes:
        stop: tells the recovery when to stop.
    """

    stop: StopListener

    async def load(self) -> None:
        """Read what an earlier run has written down.

        Raises:
            OSError, CheckpointError: that can't be done.
        """

    @property
    def known(self) -> Mapping[str, Entry]:
        """What is written down to go on with, by the path of a rescue file."""

    async def prune(self, present: Iterable[str]) -> None:
        """Forget files that are gone.

        Raises:
            OSError: that can't be written.
        """

    async def replay(self, path: str, conf: SinkConf) -> ReplayEnd:
        """Replay a file of this sink as far as it goes."""

    async def close(self) -> None:
        """Release what they have made."""


class SentReplays:
    """FileReplays that send lines to the sink itself; implements `FileReplays`."""

    def __init__(self, program: Program, monitor: Monitor) -> None:
        self.stop: StopListener = program.process.stop
        self._program = program
        self._behaviour = program.behaviour
        self._monitor = monitor
        self._checkpoint = Checkpoint(program)
        self._pace = Pace(program)
        self._sinks: dict[str, Sink] = {}
        self._diverted: list[RescueWriter] = []

    async def load(self) -> None:
        """See `FileReplays.load`."""
        await self._checkpoint.load()

    @property
    def known(self) -> Mapping[str, Entry]:
        """See `FileReplays.known`."""
        return self._checkpoint.entries

    async def prune(self, present: Iterable[str]) -> None:
        """See `FileReplays.prune`."""
        await self._checkpoint.prune(present)

    async def replay(self, path: str, conf: SinkConf) -> ReplayEnd:
        """See `FileReplays.replay`."""
        sink = self._sink(conf)
        replay = Replay(
            self._program,
            path,
            sink,
            checkpoint=self._checkpoint,
            pace=self._pace if self._behaviour.pace == "over_all_files" else Pace(self._program),
            monitor=self._monitor,
            siblings=self._siblings(conf),
        )
        end = await replay.run()
        if replay.diverted is not None:
            self._diverted.append(replay.diverted)
        if end is ReplayEnd.STOPPED and self._behaviour.stop_in_file == "resend_head":
            await send_head(self._program, path, sink)
        return end

    async def close(self) -> None:
        """Give the files that replays made to the next recovery (D16)."""
        for writer in self._diverted:
            try:
                await writer.release()
            except RescueFailed as error:
                self._program.log.error("data", str(error))

    def _sink(self, conf: SinkConf) -> Sink:
        if conf.id not in self._sinks:
            self._sinks[conf.id] = make_sink(self._program, conf)
        return self._sinks[conf.id]

    def _siblings(self, conf: SinkConf) -> list[Sink]:
        """The other sinks of the group, if a replay goes to all of them (D7)."""
        if self._behaviour.replay_to == "failed_sink":
            return []
        groups = self._program.project.groups
        confs = [sink for group in groups if conf in group.sinks for sink in group.sinks]
        return [self._sink(each) for each in confs if each.id != conf.id]


class QueuedReplays:
    """FileReplays that queue lines for the group; implements `FileReplays`.

    Args:
        program: the program that it is part of.
        monitor: counts lines.
        lanes: where the lines of a sink go, by its id.
    """

    def __init__(self, program: Program, monitor: Monitor, lanes: Mapping[str, Lane]) -> None:
        self._program = program
        self._monitor = monitor
        self._lanes = lanes
        self._numbers = LineNumbers(program)
        goes_on = program.behaviour.stop_in_file == "resend_head"
        self._orders = StopOrders(program) if goes_on else None
        self.stop = self._listener()

    async def load(self) -> None:
        """See `FileReplays.load`."""
        await self._numbers.load()

    @property
    def known(self) -> Mapping[str, Entry]:
        """See `FileReplays.known`: numbers are never looked at in this way."""
        return {}

    async def prune(self, present: Iterable[str]) -> None:
        """See `FileReplays.prune`: they stay (D14)."""

    async def replay(self, path: str, conf: SinkConf) -> ReplayEnd:
        """See `FileReplays.replay`."""
        lane = self._lanes[conf.id]
        stop = self._listener()
        replay = QueuedReplay(
            self._program, path, lane, sink=conf.id, numbers=self._numbers, stop=stop, monitor=self._monitor
        )
        return await replay.run()

    async def close(self) -> None:
        """See `FileReplays.close`: the groups make files, and release them."""

    def _listener(self) -> StopListener:
        return self._program.process.stop if self._orders is None else self._orders.listener()
