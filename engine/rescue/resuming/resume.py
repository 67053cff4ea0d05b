"""Where the replay of a rescue file begins: at its first line, or behind those that have arrived already.

What is known of it comes from its intent, from the checkpoint, from the target and from the file itself, in this
order: the checkpoint alone is never believed where the target can be looked at. What can't be known is sent again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from engine.machine import Program
from engine.machine.target import Target
from engine.rescue.checkpoint import Checkpoint
from engine.rescue.name import logged_path
from engine.rescue.reader import RescueReader
from engine.rescue.resuming.behind import Seen, look_behind
from engine.rescue.resuming.by_text import delivered_by_text
from engine.rescue.resuming.edited import already_there
from engine.rescue.resuming.file_identity import Position, identity_of, place_in
from engine.rescue.resuming.intents import Intent, Intents
from engine.rescue.resuming.settle import acknowledged, cut_torn, durable_up_to
from engine.storage.files import Handle

_BATCH = 1000


class Start(NamedTuple):
    """Where a replay begins.

    Attributes:
        position: the place in the rescue file.
        former: what was begun with the file before.
        goes_on: its intent is still true, so that no other is needed.
        known: lines behind the position that have arrived, where the file has changed since.
    """

    position: Position
    former: Intent
    goes_on: bool = False
    known: Counter[bytes] | None = None


class Resume:
    """Finds out where to begin with one rescue file.

    Args:
        program: the program that it is part of.
        path: the rescue file.
        handle: the same, open.
        checkpoint: what it says.
        fresh: what is known of a file of which nothing has been delivered.
    """

    def __init__(self, program: Program, path: str, handle: Handle, checkpoint: Checkpoint, fresh: Intent) -> None:
        self._program = program
        self._behaviour = program.behaviour
        self._path = path
        self._handle = handle
        self._checkpoint = checkpoint
        self._entry = checkpoint.entries.get(path)
        self._fresh = fresh

    async def start(self, intents: Intents | None, target: Target | None) -> Start:
        """Where to begin; intents of others on the target are closed, and this one's turn is taken.

        Raises:
            SinkError: the target can't be looked at.
            OSError: the file can't be read.
        """
        if self._behaviour.resume == "from_start":
            return Start(Position(), self._fresh)
        if target is None or intents is None:
            return await self._by_checkpoint(None)
        if self._behaviour.target_tail == "by_text":
            return await self._by_text(target)
        intent = await self._intent(intents, target)
        if intent is None:
            return await self._by_checkpoint(target)
        if not intents.are_about(target):
            return await self._unseen(intent, "the target is another file")
        if intent.behind is not None and await target.size() < intent.behind:
            return await self._unseen(intent, "the target is shorter")
        if intent.is_open:
            await target.rewrite(durable_up_to(intent, self._entry))
        if intent.counted or not target.prompt:
            return await self._counted(intent, target)
        return await self._by_place(intent, target)

    async def _intent(self, intents: Intents, target: Target) -> Intent | None:
        """What was begun with this very file, whatever its name was then."""
        intent = intents.begun.pop(self._path, None)
        if intent is None:
            return await self._moved(intents, target)
        if await self._is_another(intent, intents, target):
            self._tell(f"{self._named} is not the file of that name whose lines have arrived: it is new")
            self._entry = None
            return None
        return intent

    async def _is_another(self, intent: Intent, intents: Intents, target: Target) -> bool:
        """Whether the file that the intent is of has arrived whole, so that this is a later one of its name."""
        if self._behaviour.checkpoint_identity != "content" or intent.number == self._handle.number():
            return False
        end = await target.size() if intents.are_about(target) else None
        return intent.has_arrived(end, self._entry_of(self._path))

    async def _moved(self, intents: Intents, target: Target) -> Intent | None:
        """What was begun with this file under another name that is there no more."""
        if self._behaviour.moved_file == "from_start":
            return None
        files, number = self._program.files, self._handle.number()
        gone = {path: each for path, each in intents.begun.items() if not files.exists(path)}
        end = await target.size() if intents.are_about(target) else None
        for path, intent in intents.begun.items():
            if intent.number == number != files.number(path):
                del intents.begun[path]
                self._tell(f"{self._named} is {logged_path(path)} under another name, and is gone on with")
                return intent
        for path, intent in gone.items():
            await self._tell_of_copy(path, intent, target, end)
        return None

    async def _tell_of_copy(self, path: str, intent: Intent, target: Target, end: int | None) -> None:
        """Tell where this file has what another one had that went when a part of it had arrived.

        It may be a copy. But files of heartbeats are alike as well, and what is left out of one of them is lost.
        """
        if intent.size != self._handle.size() or intent.until is None or intent.counted:
            return
        if intent.has_arrived(end, self._entry_of(path)):
            return  # that is why it went
        seen = await look_behind(self._behaviour, self._handle, intent, None, target)
        if seen is not None and seen.rest == 0:
            lines = seen.end.lines - seen.start.lines
            self._doubt(lines, f"it begins as {logged_path(path)} did, which is gone and had arrived in part")

    def _entry_of(self, path: str) -> tuple[int, int] | None:
        """The byte of a rescue file that the checkpoint says to be the next one, and how large the target was."""
        entry = self._checkpoint.entries.get(path)
        return None if entry is None else (entry.offset, entry.target)

    async def _by_place(self, intent: Intent, target: Target) -> Start:
        """By places: the usual way."""
        if self._behaviour.target_tail == "trust_checkpoint":
            known = acknowledged(intent, self._entry)
            place = await self._place(known.lines, known.offset, known.identity)
            return Start(place or Position(), replace(intent, behind=None, until=None))
        if intent.behind is None:
            place = await self._place(intent.lines, intent.offset, intent.identity)
            return Start(place, intent) if place is not None else await self._changed(intent, target)
        seen = await look_behind(self._behaviour, self._handle, intent, self._entry, target)
        if seen is None or (not seen.is_clear and self._handle.size() != intent.size):
            return await self._changed(intent, target)
        if not seen.is_clear:
            return await self._among_strangers(intent, seen, target)
        found = seen.end.lines - seen.start.lines
        self._program.log.debug("recover", f"{found} lines of {self._path} are in the target already")
        if seen.rest and intent.is_open and self._behaviour.torn_target == "cut":
            await target.cut(seen.rest)
        self._note_change(intent, seen.end)
        if intent.is_open and self._handle.number() == intent.number:
            return Start(seen.end, intent, goes_on=True)
        return Start(seen.end, intent.with_arrived(intent.ends_at(await target.size())))

    async def _among_strangers(self, intent: Intent, seen: Seen, target: Target) -> Start:
        """Somebody has added lines who knows nothing of intents: whose those are that look alike, nobody knows."""
        lines = seen.end.lines - seen.start.lines
        self._doubt(lines, f"{target.path} has lines of somebody else where those of {self._named} should be")
        return Start(seen.start, intent.with_arrived(intent.ends_at(await target.size())))

    async def _changed(self, intent: Intent, target: Target) -> Start:
        """The part of the file has changed that had been dealt with: count what has arrived instead."""
        if self._behaviour.changed_file == "from_start":
            return Start(Position(), self._fresh)
        if intent.is_open and self._behaviour.torn_target == "cut":
            await cut_torn(target, intent.behind or 0)
        if not intent.whole:
            return await self._unseen(intent, "it has changed, and not all places are known where its lines went")
        size = await target.size()
        known = already_there(await self._lines(Position()), await _lines_at(target, intent.places(size)))
        if known is None:
            self._tell(f"{self._named} is not the file of that name whose lines have arrived: it is new")
            return Start(Position(), self._fresh)
        self._tell(f"{self._named} has changed: of lines in it {known.total()} are not sent again")
        identity = identity_of(self._handle.size(), Position())
        former = replace(
            intent.with_arrived(intent.ends_at(size)), lines=0, offset=0, identity=identity, counted=True
        )
        return Start(Position(), former, known=known)

    async def _counted(self, intent: Intent, target: Target) -> Start:
        """Leave out as many of each line as have arrived since the intent: all that has is this file's own."""
        place = await self._place(intent.lines, intent.offset, intent.identity)
        if place is None:
            return await self._changed(intent, target)
        size = await target.size()
        arrived = await _lines_at(target, intent.places(size))
        known = already_there(await self._lines(place), arrived) if intent.counted else None
        former = intent.with_arrived(intent.ends_at(size))
        return Start(place, former, known=Counter(arrived) if known is None else known)

    async def _lines(self, place: Position) -> list[bytes]:
        """The lines of the file from a place on."""
        reader = RescueReader(self._handle, self._behaviour, place)
        lines: list[bytes] = []
        while (unit := await reader.take(_BATCH)) is not None:
            lines += unit.lines
        return lines

    async def _unseen(self, intent: Intent, why: str) -> Start:
        """What has arrived can't be looked at any more: go on where it was last known to have got to."""
        known = acknowledged(intent, self._entry)
        place = await self._place(known.lines, known.offset, known.identity)
        former = replace(known.without_places(), counted=False)
        if intent.behind is not None or place is None:
            self._doubt(None, f"{why}, so that it is not known which lines of {self._named} came last")
        return Start(place or Position(), former)

    async def _by_checkpoint(self, target: Target | None) -> Start:
        """There is no intent: a black hole, an intent that was lost, or nothing has been begun."""
        entry = self._entry
        if entry is None:
            if self._checkpoint.damaged and target is not None:
                self._tell(f"nothing says that lines of {self._named} have arrived: all of them are sent")
            return Start(Position(), self._fresh)
        place = await self._place(entry.lines, entry.offset, entry.identity)
        if place is None:
            self._tell(f"{self._named} is not the file that the checkpoint is about: all of its lines are sent")
            return Start(Position(), self._fresh)
        if target is not None and self._behaviour.target_tail == "reconcile" and self._behaviour.intent != "none":
            behind = await target.read(entry.target, await target.size())
            if behind:
                self._doubt(behind.count(b"\n"), f"whose lines came last in {target.path} is not written down")
        return Start(place, replace(self._fresh, whole=False))

    async def _by_text(self, target: Target) -> Start:
        entry = self._entry
        place = None if entry is None else await self._place(entry.lines, entry.offset, entry.identity)
        if place is None and not self._checkpoint.damaged:
            return Start(Position(), self._fresh)
        reader = RescueReader(self._handle, self._behaviour, place or Position())
        behind = 0 if entry is None or place is None else entry.target
        await delivered_by_text(reader, target, behind)
        return Start(reader.position, self._fresh)

    async def _place(self, lines: int, offset: int, identity: str) -> Position | None:
        return await place_in(self._behaviour, self._handle, lines, offset, identity)

    @property
    def _named(self) -> str:
        return logged_path(self._path)

    def _note_change(self, intent: Intent, position: Position) -> None:
        """A change of what comes later is none of ours, but whoever reads the log may look for one."""
        if self._handle.size() != intent.size:
            self._tell(f"{self._named} has changed behind line {position.lines}, up to which it has arrived")

    def _tell(self, message: str) -> None:
        self._program.emit("recovery.file_changed", path=self._path)
        self._program.log.warn("recover", message)

    def _doubt(self, lines: int | None, why: str) -> None:
        """Lines may arrive twice, since the other choice would be to lose some."""
        self._program.emit("recovery.doubtful", path=self._path, lines=lines)
        some = "" if lines is None else f" (up to {lines})"
        self._program.log.warn("recover", f"lines of {self._named} may arrive twice{some}: {why}")


async def _lines_at(target: Target, places: Iterable[tuple[int, int]]) -> list[bytes]:
    """The lines at some places of a target; blank ones don't count, nor does a torn end."""
    found: list[bytes] = []
    for start, end in places:
        *lines, _ = (await target.read(start, end)).split(b"\n")
        found += [line for line in lines if line.strip()]
    return found
