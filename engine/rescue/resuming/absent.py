"""Intents of rescue files that are not there: of one that has arrived whole nothing has to be known any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.machine import Program
from engine.rescue.checkpoint import Entry
from engine.rescue.name import logged_path
from engine.rescue.resuming.intents import Intents, is_intent_name, read_intents_in, write_intents
from engine.storage.files import Handle


async def look_for_absent(program: Program, paths: Iterable[str], entries: Mapping[str, Entry]) -> None:
    """Take back what is said of files that were removed by a recovery that died then, and tell of the others.

    Those were moved away, or removed by hand. When they come back, under whatever name, they are gone on with.

    Raises:
        OSError: intents can't be read or written.
    """
    for path in filter(is_intent_name, paths):
        intents = await read_intents_in(program, path)
        if intents is None or all(map(program.files.exists, intents.begun)):
            continue
        if not program.files.exists(intents.target):
            await _look(program, intents, None, entries)
            continue
        handle = await program.files.open(intents.target, create=False)
        try:
            await handle.take_turn()  # nobody closes an intent meanwhile
            intents = await read_intents_in(program, path)
            if intents is not None:
                await _look(program, intents, handle, entries)
        finally:
            handle.close()


async def _look(program: Program, intents: Intents, target: Handle | None, entries: Mapping[str, Entry]) -> None:
    is_same = target is not None and intents.number in (0, target.number())
    end = target.size() if target is not None and is_same else None
    forgotten = False
    for path in [path for path in intents.begun if not program.files.exists(path)]:
        entry = entries.get(path)
        if intents.begun[path].has_arrived(end, None if entry is None else (entry.offset, entry.target)):
            del intents.begun[path]
            forgotten = True
        else:
            message = f"{logged_path(path)} was replayed in part and is gone: if it comes back, it is gone on with"
            program.log.warn("recover", message)
    if forgotten:
        await write_intents(program, intents)
