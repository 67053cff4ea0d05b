"""Closing the intents on a target, before anybody else adds anything to it.

Every program that writes to targets does this in the target's turn, whether the replay lives that the intent is of,
was stopped, or is dead. From then on the places of its lines are known whatever comes behind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.machine import Program
from engine.machine.target import Target
from engine.rescue.checkpoint import Entry
from engine.rescue.name import logged_path
from engine.rescue.resuming.behind import Seen, look_behind
from engine.rescue.resuming.file_identity import written_identity
from engine.rescue.resuming.intents import Intent, Intents
from engine.storage.files import Handle


async def settle(
    program: Program,
    intents: Intents,
    target: Target,
    entries: Mapping[str, Entry],
    *,
    besides: str | None = None,
) -> bool:
    """Close every open intent on the target, but that of one rescue file; whether there was any.

    What stands behind it is durable then, and ends in a whole line. Who calls has the turn, and writes the intents.

    Raises:
        SinkError: the target can't be read, cut or synced.
    """
    were_open = {path: each for path, each in intents.begun.items() if each.is_open and path != besides}
    for path, intent in were_open.items():
        intents.begun[path] = await _closed(program, path, intent, entries.get(path), target)
    return bool(were_open)


def forget_places(program: Program, intents: Intents, entries: Mapping[str, Entry]) -> None:
    """The target is another file by now: where lines stand that have arrived is not known any more."""
    for path, intent in intents.begun.items():
        if intent.behind is not None:
            program.emit("recovery.doubtful", path=path, lines=None)
            message = f"lines of {logged_path(path)} may arrive twice: the target of those that came last is gone"
            program.log.warn("recover", message)
        intents.begun[path] = replace(acknowledged(intent, entries.get(path)).without_places(), counted=False)


async def _closed(program: Program, path: str, intent: Intent, entry: Entry | None, target: Target) -> Intent:
    assert intent.behind is not None, "it was open"
    if await target.size() < intent.behind:  # somebody has cut it, and what had arrived is gone from here
        return acknowledged(replace(intent, behind=None, whole=False), entry)
    seen, identity = None, ""
    if target.prompt and not intent.counted:
        try:
            handle = await program.files.open(path, create=False)
            try:
                seen = await look_behind(program.behaviour, handle, intent, entry, target)
                if seen is not None:
                    identity = await _identity(program, handle, seen)
            finally:
                handle.close()
        except OSError as error:
            program.log.debug("recover", f"{path} can't be looked at: {error.strerror}")
    if seen is not None and seen.rest and seen.is_torn:
        await target.cut(seen.rest)
    elif seen is None and target.prompt:
        await cut_torn(target, intent.behind)
    await target.rewrite(durable_up_to(intent, entry))
    await target.sync()
    if seen is None or not seen.is_clear:  # whoever replays the file next finds out
        return replace(intent, until=await target.size())
    known = replace(intent, lines=seen.end.lines, offset=seen.end.offset, identity=identity)
    return known.with_arrived(await target.size())


async def _identity(program: Program, handle: Handle, seen: Seen) -> str:
    return await written_identity(program.behaviour, handle, seen.end)


def durable_up_to(intent: Intent, entry: Entry | None) -> int:
    """The byte of the target up to which all was durable when its replay said so, in the intent or the checkpoint.

    What was added since may be in the page cache only, and no sync saves it after one that failed when it died.
    """
    said = 0 if entry is None or entry.lines < intent.lines else entry.target
    return max(intent.behind or 0, said)


def acknowledged(intent: Intent, entry: Entry | None) -> Intent:
    """The intent, at the place that the checkpoint says if that is further on."""
    if entry is None or entry.lines <= intent.lines:
        return intent
    return replace(intent, lines=entry.lines, offset=entry.offset, identity=entry.identity)


async def cut_torn(target: Target, start: int) -> None:
    """Cut off what doesn't end in a whole line behind `start`, and what stands behind zeros: it is ours, and torn.

    Raises:
        SinkError: it can't be read or cut.
    """
    data = await target.read(start, await target.size())
    hole = data.find(b"\0")
    whole = data.rfind(b"\n", 0, hole if hole >= 0 else len(data)) + 1
    if whole < len(data):
        await target.cut(len(data) - whole)
