"""Rescue files that were renamed half replayed, and whose name another file has by now."""

from __future__ import annotations

from engine.machine import Program
from engine.rescue.name import is_released, logged_path
from engine.rescue.resuming.intents import Intents


async def follow_renamed(program: Program, intents: Intents, path: str) -> None:
    """What was begun with a file that had this name goes by the name that it has now, where it is still there.

    Raises:
        OSError: the rescue directory can't be listed.
    """
    intent, number = intents.begun.get(path), program.files.number
    if intent is None or intent.number == number(path) or program.behaviour.moved_file == "from_start":
        return
    for now in (await program.files.list(program.project.rescue_root)).files:
        if is_released(now) and number(now) == intent.number and now not in intents.begun:
            program.log.warn(
                "recover", f"{logged_path(now)} is {logged_path(path)} under another name, and is gone on with"
            )
            intents.begun[now] = intents.begun.pop(path)
            return
