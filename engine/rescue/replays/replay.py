"""The replay of one rescue file into its sink."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from engine.kernel import Channel, ChannelClosed
from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.machine.target import NoClaim, Target
from engine.rescue.checkpoint import Checkpoint, Entry
from engine.rescue.name import logged_path
from engine.rescue.quarantine import Quarantine
from engine.rescue.reader import PoisonLineError, RescueReader, Unit
from engine.rescue.replays.delivery import AfterFailure, Delivery
from engine.rescue.replays.pace import Pace
from engine.rescue.replays.picked import TICK, PickFigures
from engine.rescue.replays.replayed_file import ReplayedFile
from engine.rescue.resuming.file_identity import Position, written_identity
from engine.rescue.resuming.intents import read_intents
from engine.rescue.resuming.renamed import follow_renamed
from engine.rescue.resuming.replay_claim import ReplayClaim
from engine.rescue.resuming.resume import Resume
from engine.rescue.resuming.settle import settle
from engine.rescue.writer import RescueWriter
from engine.sinks import Sink, SinkError
from engine.storage.files import Handle
from engine.storage.line_file import LinesFailed

UNITS_AHEAD = 16
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
        self._units: Channel[Unit]
        self._size = 0  # of the file, when its end was read
        self._handle: Handle
        self._claim: ReplayClaim
        self._file: ReplayedFile
        self._has_looked = False  # at what has arrived: before, nothing is known that a checkpoint could say
        self._saved_at = program.now
        self._outcome = ReplayEnd.DONE
        self._picked = PickFigures(program, monitor, path)

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
            while reader is not None:
                await self._replay(reader)
                reader = await self._more(reader)
            if self._outcome is ReplayEnd.DONE:
                await self._file.finish(self._delivery.position.lines)
            elif self._has_looked or self._behaviour.unlooked_checkpoint == "written":
                await self._try_save()
        except _TROUBLE as error:
            self._failed(error)
        self._program.claim = NoClaim()
        handle.close()

    async def _begin(self, handle: Handle) -> RescueReader | None:
        """Find where to start, waiting for a sink that is down; None when that isn't to be."""
        self._handle = handle
        self._claim = ReplayClaim(
            self._program,
            self._path,
            handle,
            checkpoint=self._checkpoint,
            place=lambda: self._delivery.position,
            latest=self._quarantine.latest,
        )
        self._file = ReplayedFile(
            self._program, self._path, self._sink, handle=handle, claim=self._claim, checkpoint=self._checkpoint
        )
        while True:
            try:
                return await self._start()
            except SinkError as error:
                answer = await self._delivery.answer(error, ())
                if answer in (AfterFailure.DROPPED, AfterFailure.GONE):
                    answer = AfterFailure.THROW  # there is no line to drop, and no use in trying at once again
                if not self._goes_on(answer):
                    return None

    async def _more(self, reader: RescueReader) -> RescueReader | None:
        """What is to be replayed of a file that somebody has changed since it was read; None where nothing is.

        What was added to its end comes next. One that was cut is looked at again, as by the next run.
        """
        size, log = self._handle.size(), self._program.log
        if self._outcome is not ReplayEnd.DONE or self._behaviour.intent == "none":
            return None
        if size < reader.position.offset:
            log.warn("recover", f"{logged_path(self._path)} was cut while it was replayed: it is looked at again")
            return await self._begin(self._handle)
        if size > self._size:
            log.warn("recover", f"{logged_path(self._path)} has grown since it was read: it is read on")
        return reader if size > self._size else None

    async def _start(self) -> RescueReader:
        """Go on behind what has arrived, and say so before anything is sent."""
        is_new = self._path not in self._checkpoint.entries
        async with self._sink.turn() as target:
            reader = await self._look(target)
        self._enqueued = self._delivery.position
        self._has_looked = True
        if is_new and self._behaviour.first_checkpoint == "before_first_line":
            await self._save(synced=self._program.claim is self._claim and self._claim.has_synced)
        return reader

    async def _look(self, target: Target | None) -> RescueReader:
        """Find where to start while nobody else adds to the target."""
        resume = Resume(self._program, self._path, self._handle, self._checkpoint, self._claim.fresh())
        if target is None or self._behaviour.intent == "none":
            start = await resume.start(None, target)
        else:
            intents = await read_intents(self._program, target.path)
            others = False
            if intents.are_about(target):
                await follow_renamed(self._program, intents, self._path)
                entries = self._checkpoint.entries
                others = await settle(self._program, intents, target, entries, besides=self._path)
            start = await resume.start(intents, target)
            self._quarantine.began = start.former.began
            self._delivery.position = start.position
            if self._behaviour.first_checkpoint == "before_first_line":
                await self._claim.begin(intents, target, start.former, goes_on=start.goes_on and not others)
                self._program.claim = self._claim
        self._delivery.position = start.position
        return RescueReader(self._handle, self._behaviour, start.position, start.known, self._quarantine.refused)

    async def _replay(self, reader: RescueReader) -> None:
        self._units = Channel(self._program.machine.scheduler, UNITS_AHEAD)
        deliverer = self._program.process.spawn(self._deliver())
        try:
            await self._feed(reader)
            if self._outcome is ReplayEnd.DONE and self._behaviour.remove_rescue_file == "when_enqueued":
                await self._file.remove(self._delivery.position.lines)
        except _TROUBLE as error:
            self._failed(error)
        self._units.close()
        await self._program.machine.scheduler.join(deliverer)
        if reader.left.blank:
            self._program.emit("line.blank_skipped", path=self._path, lines=reader.left.blank)
            self._program.log.warn("recover", f"skipped {reader.left.blank} blank lines of {self._path}")
            if self._behaviour.blank_line == "count_as_delivered":
                self._count(reader.left.blank, 0, 0)
            reader.left.blank = 0

    async def _feed(self, reader: RescueReader) -> None:
        """Read, pace and hand over units until the end, a stop, or until the other end gives up."""
        while not self._program.stopping:
            unit = await reader.take(self._pace.unit)
            if unit is None:
                self._size = self._handle.size()
                return
            if reader.left.poison:
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
            except _TROUBLE as error:  # such as an intent that can't be written: then nothing may be sent
                self._failed(error)
                self._units.close()
                return
            is_due = answer is AfterFailure.DROPPED or self._program.now - self._saved_at >= TICK
            if not self._goes_on(answer) or (is_due and not await self._keep_up(answer)):
                self._units.close()
                return
            self._count(len(unit.lines), delivery.dropped, delivery.refused)

    async def _keep_up(self, answer: AfterFailure) -> bool:
        """Write the checkpoint, as it is due; False when the replay can't go on without.

        After a drop it must be written: a later look at the target would take the dropped lines for missing ones,
        and those behind them for lines to be sent again.
        """
        try:
            if answer is AfterFailure.DROPPED:
                self._claim.renew()
                await self._save()
            else:
                await self._try_save()
        except _TROUBLE as error:
            self._failed(error)
            return False
        return True

    def _count(self, lines: int, dropped: int, refused: int) -> None:
        self._picked.add(lines)
        self._picked.tick()
        self._monitor.replayed(self._sink.name, lines, dropped, refused)

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

    async def _save(self, *, synced: bool = False) -> None:
        """Make what was delivered durable, if it isn't `synced`, then say so in the checkpoint.

        Raises:
            OSError, SinkError: that can't be done.
        """
        self._saved_at = self._program.now
        covers_delivered = self._behaviour.checkpoint_covers == "delivered"
        position = self._delivery.position if covers_delivered else self._enqueued
        async with self._sink.turn() as target:
            if target is not None and not synced and self._behaviour.target_sync == "before_it_counts":
                await target.sync()
            size = 0 if target is None else await target.size()
        identity = await written_identity(self._behaviour, self._handle, position)
        self._checkpoint.put(self._path, Entry(position.lines, position.offset, size, identity))
        await self._checkpoint.save()

    def _failed(self, error: Exception) -> None:
        self._outcome = ReplayEnd.FAILED
        self._program.log.error("recover", f"{logged_path(self._path)} is left for another run: {error}")
