"""Where a run goes on with an input of which an earlier run has kept its position."""

from __future__ import annotations

from engine.machine import Program
from engine.pipeline.input_file import InputFile
from engine.pipeline.kept_position import KeptPosition, load_position
from engine.rescue.resuming.file_identity import Position
from engine.storage.disk_port import parent
from engine.storage.files import Handle


async def where_left(program: Program, handle: Handle) -> InputFile:
    """The file to go on with, and the place in it.

    That is the input, or what it was when it has been renamed meanwhile: the rest of that one comes first, and then
    the input from its start, as for somebody who has read on all the time. Where neither is the file of the
    position, or it was cut, the input is read from its start, and the log says so: lines may come twice, none is
    passed over that is there.

    Raises:
        OSError: a file can't be looked at, so that it is not known yet.
    """
    kept = await load_position(program)
    if kept is None:
        return InputFile(handle, keeps_place=True)
    by_name = program.behaviour.source_position == "by_name"
    place = Position(kept.lines, kept.offset) if by_name else await kept.place_in(handle)
    if place is None and kept.file != handle.number():
        renamed = await _renamed(program, kept, handle.path)
        if renamed is not None:
            handle.close()
            return renamed
    path = program.project.source.path
    if place is None:
        why = "is another file" if kept.file != handle.number() else "was cut or changed"
        program.log.warn("source", f"the input is read from its start, as it {why} since it was last read: {path}")
        return InputFile(handle, keeps_place=True, is_anew=kept.file == handle.number())
    return _going_on(program, kept, handle, place)


def _going_on(program: Program, kept: KeptPosition, handle: Handle, place: Position) -> InputFile:
    program.log.info("source", f"the input is read on behind line {place.lines}: {handle.path}")
    if not kept.stopped:
        program.log.warn(
            "source",
            f"the last wparse was not stopped but ended: what it read behind line {place.lines} may come twice: "
            f"{handle.path}",
        )
    program.emit("source.gone_on", path=handle.path, lines=place.lines)
    return InputFile(handle, place, keeps_place=True)


async def where_renamed(program: Program) -> InputFile | None:
    """The file to go on with where nothing has the input's name: what was the input, if it has another one now.

    Raises:
        OSError: a file can't be looked at, so that it is not known yet.
    """
    path = program.project.source.path
    if program.files.exists(path) or (kept := await load_position(program)) is None:
        return None
    return await _renamed(program, kept, path)


async def _renamed(program: Program, kept: KeptPosition, path: str) -> InputFile | None:
    """What was the input then, if it stands beside it under another name."""
    beside = (await program.files.list(parent(path))).files
    there = next((each for each in beside if program.files.number(each) == kept.file), None)
    if there is None:
        return None
    handle = await program.files.open(there, create=False)
    try:
        place = await kept.place_in(handle)
    except OSError:
        handle.close()
        raise
    if place is None:
        handle.close()
        return None
    return _going_on(program, kept, handle, place)
