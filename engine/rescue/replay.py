"""The replay of one rescue file into its sink."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from engine.kernel import Channel, ChannelClosed
from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.rescue.checkpoint import Checkpoint, Entry, Position, rescue_file_identity
from engine.rescue.delivery import AfterFailure, Delivery
from engine.rescue.name import logged_path
from engine.rescue.pace import Pace
from engine.rescue.quarantine import Quarantine
from engine.rescue.reader import PoisonLineError, RescueReader, Unit
from engine.rescue.reconcile import already_delivered, mend
from engine.rescue.writer import RescueWriter
from engine.sinks import Sink, SinkError
from engine.storage.disk_port import parent
from engine.storage.files import Handle
from engine.storage.line_file import LinesFailed
from engine.units import MILLISECOND

UNITS_AHEAD = 16
_CHECKPOINT_INTERVAL = 100 * MILLISECOND
_TROUBLE = (OSError, LinesFailed, PoisonLineError, SinkError)


class ReplayEnd(Enum):
    """How a replay ended: DONE and removed; STOPPED on request, to be resumed; FAILED, left for another run."""

    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class Replay:
    """Reads one rescue file, delivers its lines, keeps the checkpoint behind them, and removes the file.

    One task reads and paces, another delivers; a bounded channel between them makes the reader wait for a slow
    sink. A line counts when its sink has taken it, the checkpoint is written over such lines only, and the file
    goes when every line is delivered durably, quarantined, or dropped by a strategy.
    """

    def __init__(
        self,
        program: Program,
        path: str,
        sink: Sink,
        *,
        checkpoint: Checkpoint,
        pace: Pace,
        monitor: Monitor,
        siblings: Sequence[Sink] = (),
    ) -> None:
        self._program = program
        self._behaviour = program.behaviour
        self._path = path
        self._sink = sink
        self._checkpoint = checkpoint
        self._pace = pace
        self._monitor = monitor
        self._quarantine = Quarantine(program, path)
        self._delivery = Delivery(program, sink, self._quarantine, siblings)
        self._enqueued = Position()
        self._units: Channel[Unit] = Channel(program.machine.scheduler, UNITS_AHEAD)
        self._identity = ""
        self._saved_at = program.now
        self._outcome = ReplayEnd.DONE

    @property
    def diverted(self) -> RescueWriter | None:
        """A rescue file that it made, and that is still to be released."""
        return self._delivery.diverted

    async def run(self) -> ReplayEnd:
        """Replay the file as far as it goes."""
        await self._run()
        if self._outcome is not ReplayEnd.DONE:
            self._program.emit("recovery.interrupted", path=self._path, outcome=self._outcome.value)
            self._program.log.info("recover", "recover interrupt")
        return self._outcome

    async def _run(self) -> None:
        try:
            handle = await self._program.files.open(self._path, create=False)
        except OSError as error:
            self._failed(error)
            return
        try:
            reader = await self._begin(handle)
            if reader is not None:
                await self._replay(reader)
            if self._outcome is ReplayEnd.DONE:
                await self._finish()
            else:
                await self._try_save()
        except _TROUBLE as error:
            self._failed(error)
        handle.close()

    async def _begin(self, handle: Handle) -> RescueReader | None:
        """Find where to start, waiting for a sink that is down; None when that isn't to be."""
        self._identity = rescue_file_identity(handle.size(), await handle.read(0, 1024))
        entry = self._checkpoint.find(self._path, self._identity)
        while True:
            try:
                return await self._start(handle, entry)
            except SinkError as error:
                answer = await self._delivery.answer(error, ())
                if answer in (
                    AfterFailure.DROPPED,
                    AfterFailure.GONE,
                ):  # there is no line to drop, and no use in trying at once again
                    answer = AfterFailure.THROW
                if not self._goes_on(answer):
                    return None

    async def _start(self, handle: Handle, entry: Entry | None) -> RescueReader:
        """Resume behind the checkpoint and behind what the target has beyond it; else begin one."""
        behaviour = self._behaviour
        if entry is not None and behaviour.resume == "from_checkpoint":
            self._delivery.position = Position(entry.lines, entry.offset)
        # With a damaged checkpoint the file may be half delivered, its lines anywhere in the target.
        known = entry is not None or self._checkpoint.damaged
        if known and behaviour.resume == "from_checkpoint" and behaviour.target_tail == "reconcile":
            reader = RescueReader(handle, behaviour, self._delivery.position, self._quarantine.refused)
            beyond = entry.target if entry is not None else 0
            cut_torn = behaviour.torn_target == "cut"
            found = await already_delivered(reader, self._sink, beyond, cut_torn=cut_torn)
            self._delivery.position = reader.position
            await self._keep(reader)
            self._program.log.debug("recover", f"{found} lines of {self._path} are in the target already")
        if entry is None and behaviour.target_tail == "reconcile" and behaviour.torn_target == "cut":
            for path, begun in self._checkpoint.begun_for(self._sink.name, besides=self._path):
                await mend(self._program, path, begun, self._sink)
        self._enqueued = self._delivery.position
        if entry is None and behaviour.first_checkpoint == "before_first_line":
            await self._save()  # without it, lines sent before a kill could not be told from later ones
        return RescueReader(handle, behaviour, self._delivery.position, self._quarantine.refused)

    async def _replay(self, reader: RescueReader) -> None:
        deliverer = self._program.process.spawn(self._deliver())
        try:
            await self._feed(reader)
            if self._outcome is ReplayEnd.DONE and self._behaviour.remove_rescue_file == "when_enqueued":
                await self._remove()
        except _TROUBLE as error:
            self._failed(error)
        self._units.close()
        await self._program.machine.scheduler.join(deliverer)
        if reader.left.blank:
            self._program.emit("line.blank_skipped", path=self._path, lines=reader.left.blank)
            self._program.log.warn("recover", f"skipped {reader.left.blank} blank lines of {self._path}")
            if self._behaviour.blank_line == "count_as_delivered":
                self._monitor.replayed(self._path, self._sink.name, reader.left.blank, 0)

    async def _feed(self, reader: RescueReader) -> None:
        """Read, pace and hand over units until the end, a stop, or until the other end gives up."""
        while not self._program.stopping:
            unit = await reader.take(self._pace.unit)
            if unit is None:
                return
            await self._keep(reader)
            if not await self._pace.wait(len(unit.lines)):
                break
            self._enqueued = unit.end
            if self._behaviour.full_channel == "give_up" and self._units.full:
                raise SinkError("sink", f"the channel of {self._sink.name} is full")
            try:
                await self._units.send(unit)
            except ChannelClosed:
                return
        self._outcome = ReplayEnd.STOPPED

    async def _keep(self, reader: RescueReader) -> None:
        """Quarantine what the reader left out, before anything behind it can be checkpointed."""
        if reader.left.poison:
            await self._quarantine.add(reader.left.poison)
            reader.left.poison = []

    async def _deliver(self) -> None:
        while True:
            try:
                unit = await self._units.recv()
            except ChannelClosed:
                return
            delivery = self._delivery
            try:
                answer = await delivery.bring(unit)
            except _TROUBLE as error:
                self._failed(error)
                self._units.close()
                return
            if not self._goes_on(answer) or not await self._keep_up(answer):
                self._units.close()
                return
            self._monitor.replayed(self._path, self._sink.name, len(unit.lines), delivery.dropped, delivery.refused)

    async def _keep_up(self, answer: AfterFailure) -> bool:
        """Write the checkpoint when it is due; False when the replay can't go on without.

        After a drop it must be written: a later look at the target would take the dropped lines for missing ones,
        and those behind them for lines to be sent again.
        """
        try:
            if answer is AfterFailure.DROPPED:
                await self._save()
            elif self._program.now - self._saved_at >= _CHECKPOINT_INTERVAL:
                await self._try_save()
        except _TROUBLE as error:
            self._failed(error)
            return False
        return True

    def _goes_on(self, answer: AfterFailure) -> bool:
        if answer is AfterFailure.THROW:
            self._outcome = ReplayEnd.FAILED
        elif answer is AfterFailure.STOP:
            self._outcome = ReplayEnd.STOPPED
        return answer not in (AfterFailure.THROW, AfterFailure.STOP)

    async def _try_save(self) -> None:
        """Write the checkpoint if that can be done; an older one is as good, only slower to resume from."""
        try:
            await self._save()
        except (OSError, SinkError) as error:
            self._program.log.warn("recover", f"checkpoint not saved: {error}")

    async def _save(self) -> None:
        """Make what was delivered durable, then say so in the checkpoint.

        Raises:
            OSError, SinkError: that can't be done.
        """
        self._saved_at = self._program.now
        covers_delivered = self._behaviour.checkpoint_covers == "delivered"
        position = self._delivery.position if covers_delivered else self._enqueued
        target = await self._sink.position()  # asked first: what a killed wparse left in it must be durable too
        await self._sync()
        self._checkpoint.put(self._path, Entry(position.lines, position.offset, target, self._identity))
        await self._checkpoint.save()

    async def _finish(self) -> None:
        """Everything is delivered: make it durable, remove the file, then its checkpoint entry."""
        await self._sync()
        if self._behaviour.remove_rescue_file == "when_delivered":
            await self._remove()
        if self._behaviour.pick_figures == "one_more_per_file":
            self._monitor.pick(self._path, 1)
        await self._checkpoint.drop(self._path)
        self._program.log.info("recover", f"recover end! clean file : {logged_path(self._path)}")
        self._program.log.info("recover", "recover end")

    async def _sync(self) -> None:
        if self._behaviour.target_sync == "before_it_counts":
            await self._sink.sync()

    async def _remove(self) -> None:
        await self._program.files.remove(self._path)
        self._program.emit(
            "recovery.file_removed",
            path=self._path,
            sink=self._sink.name,
            lines=self._delivery.position.lines,
        )
        await self._program.files.sync_dir(parent(self._path))

    def _failed(self, error: Exception) -> None:
        self._outcome = ReplayEnd.FAILED
        self._program.log.error("recover", f"{logged_path(self._path)} is left for another run: {error}")
