"""What a replay says of a target before it adds lines to it, and takes back when it has finished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.machine import Program
from engine.machine.target import Target
from engine.rescue.checkpoint import Checkpoint
from engine.rescue.resuming.file_identity import Position, written_identity
from engine.rescue.resuming.intents import Intent, Intents, intent_path, read_intents, write_intents
from engine.rescue.resuming.settle import forget_places, settle
from engine.storage.files import Handle


class ReplayClaim:
    """The intent of one replay; implements `Claim`.

    As long as nobody else adds anything to the target, one intent is enough for the whole file. Who has come in
    between has closed it; a program that knows nothing of intents is noticed by the target's size.

    Args:
        program: the program that it is part of.
        path: the rescue file.
        handle: the same, open.
        checkpoint: says how far the files are that other intents are of.
        place: up to where the lines have been dealt with.
        latest: when an earlier replay of a file of this name began, if it has left anything: ours began later,
            whatever a clock says that is coarse or has been set back.

    Attributes:
        has_synced: its beginning has made durable what was in the target.
    """

    def __init__(
        self,
        program: Program,
        path: str,
        handle: Handle,
        *,
        checkpoint: Checkpoint,
        place: Callable[[], Position],
        latest: int,
    ) -> None:
        self._program = program
        self._path = path
        self._handle = handle
        self._checkpoint = checkpoint
        self._place = place
        self._latest = latest
        self.has_synced = False
        self._target = ""  # its path; empty while the intent is not written
        self._own: Intent
        self._intents = Intents("")
        self._number = 0  # of the file of intents, as we have left it
        self._end = 0  # of the target, as we have left it
        self._is_writing = False  # or a write of ours has failed, and may have left more than nothing
        self._renews = False

    def fresh(self) -> Intent:
        """An intent of a file of which nothing has been delivered."""
        began = max(self._program.machine.wall.now(), self._latest + 1)
        return Intent(began, self._handle.number(), self._handle.size())

    async def begin(self, intents: Intents, target: Target, former: Intent, *, goes_on: bool) -> None:
        """Write the first intent, or go on with the one that was found open, whose target is as we have left it.

        Raises:
            SinkError: the target can't be reached or synced.
            OSError: the intent can't be written.
        """
        self._target = target.path
        self.has_synced = not goes_on
        if goes_on:
            self._keep(intents, former)
        else:
            await self._write(intents, target, former)
        self.after(target, await target.size() if target.prompt else 0)

    def renew(self) -> None:
        """Lines were dealt with that don't go to the target: what comes now needs another intent."""
        self._renews = True

    async def before(self, target: Target) -> None:
        """See `Claim.before`.

        Raises:
            OSError: the intent can't be written.
        """
        if target.path != self._target:
            return
        in_order = not (self._is_writing or self._renews)
        if not in_order or not await self._is_as_left(target):
            await self._claim_anew(target)
        self._is_writing = True

    def after(self, target: Target, end: int) -> None:
        """See `Claim.after`."""
        if target.path == self._target:
            self._is_writing = False
            self._end = end

    async def finishing(self, target: Target) -> None:
        """All has arrived, and the file is about to go: say so where it can't be told from the places.

        Else another file of its name could be taken for it, if we are killed before we have said that it is gone.

        Raises:
            OSError, SinkError: it can't be said.
        """
        if not await self._is_as_left(target):
            await self._claim_anew(target)
        own, size = self._own, await target.size()
        if own.behind is None or size - own.behind != own.size - own.offset or not target.prompt:
            place, end = self._place(), self._handle.size()
            identity = await written_identity(self._program.behaviour, self._handle, place)
            whole = replace(own.with_arrived(size), lines=place.lines, offset=end, size=end, identity=identity)
            self._keep(self._intents, whole)
            await write_intents(self._program, self._intents)
            self._number = self._number_now()

    async def finished(self, target: Target) -> None:
        """The file is gone, and so is what was said of it.

        Raises:
            OSError: it can't be taken back.
        """
        if self._number != self._number_now():
            self._intents = await read_intents(self._program, target.path)
        if self._intents.begun.pop(self._path, None) is not None:
            await write_intents(self._program, self._intents)

    async def _is_as_left(self, target: Target) -> bool:
        """Whether nobody has added anything since: the size tells, and that the intent was not closed.

        Who has closed it may have died before it added anything: then what we add stands behind no open intent.
        """
        is_ours = self._number_now() == self._number
        if not is_ours and self._program.behaviour.closed_intent != "told_by_size":
            return False
        return not target.prompt or await target.size() == self._end

    async def _claim_anew(self, target: Target) -> None:
        intents = await read_intents(self._program, target.path)
        is_same = intents.are_about(target)
        if is_same:
            await settle(self._program, intents, target, self._checkpoint.entries, besides=self._path)
        former = intents.begun.get(self._path)
        if former is None or not is_same:  # somebody has cleaned up
            former = (former or self._own).without_places()
        elif former.is_open and self._is_writing and not self._renews:
            self._keep(intents, former)
            return
        elif former.is_open and not self._is_writing and target.prompt:
            former = former.with_arrived(self._end)
        else:
            former = former.with_arrived(former.ends_at(await target.size()))
        await self._write(intents, target, former)
        self.after(target, await target.size() if target.prompt else 0)

    async def _write(self, intents: Intents, target: Target, former: Intent) -> None:
        """Say that from now on lines are added behind the target's end, which is durable.

        At least its last byte is, the end of somebody else's line: what a power loss leaves of that could else be
        glued to our first one.
        """
        if self._program.behaviour.target_sync == "before_it_counts":
            await target.rewrite(max(await target.size() - 1, 0))
            await target.sync()
        lines, offset, identity = former.lines, former.offset, former.identity
        if self._renews or not identity or (target.prompt and not former.counted):
            place = self._place()
            lines, offset = place.lines, place.offset
            identity = await written_identity(self._program.behaviour, self._handle, place)
        own = Intent(
            began=former.began,
            number=self._handle.number(),
            size=self._handle.size(),
            lines=lines,
            offset=offset,
            identity=identity,
            behind=await target.size(),
            arrived=() if self._renews else former.arrived,
            whole=former.whole,
            counted=former.counted,
        )
        if not intents.are_about(target):
            intents.begun.pop(self._path, None)
            forget_places(self._program, intents, self._checkpoint.entries)
        intents.number = target.number
        self._keep(intents, own)
        await write_intents(self._program, intents)
        self._number = self._number_now()
        self._renews = False

    def _keep(self, intents: Intents, own: Intent) -> None:
        self._intents, self._own, self._number = intents, own, self._number_now()
        intents.begun[self._path] = own

    def _number_now(self) -> int:
        return self._program.files.number(intent_path(self._program.project.rescue_root, self._target))
