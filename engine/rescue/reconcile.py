"""After a kill: which lines behind the checkpoint the target has already (design section 4)."""

from __future__ import annotations

from engine.machine import Program
from engine.rescue.checkpoint import Entry, Position, rescue_file_identity
from engine.rescue.reader import RescueReader
from engine.sinks import Sink

_BATCH = 1000


async def already_delivered(reader: RescueReader, sink: Sink, position: int, *, cut_torn: bool = True) -> int:
    """Move `reader` past the lines that stand in the target from byte `position` on; how many those were.

    Lines are delivered in order, so what the target has of the file is a beginning of it; other writers' lines
    may stand between. A torn last line that begins like the first missing one is cut off, to be written whole
    (unless not `cut_torn`), and so are holes, and what comes behind them.
    A sink that doesn't tear has none of these.
    `reader` must be at the checkpoint. It is left within a batch, so the caller reads on from its new position.

    Raises:
        SinkError: the target can't be read.
        OSError: the rescue file can't be.
    """
    tail = await sink.tail(position)
    cut_torn = cut_torn and sink.tears
    if b"\0" in tail and cut_torn:
        tail = await _without_holes(reader, sink, tail)
    *there, torn = tail.split(b"\n")
    found = at = 0
    start = reader.position
    while (unit := await reader.take(_BATCH)) is not None:
        for index, line in enumerate(unit.lines):
            try:
                at = there.index(line, at) + 1
            except ValueError:
                if torn and cut_torn and line.startswith(torn):
                    await sink.cut(len(torn))
                reader.position = unit.after(index)
                return found
            found += 1
        start = unit.end
    reader.position = start
    return found


async def mend(program: Program, path: str, entry: Entry, sink: Sink) -> None:
    """Cut off what a killed replay of another file left torn in the target, before lines come behind it.

    Raises:
        SinkError: the target can't be read or cut.
    """
    try:
        handle = await program.files.open(path, create=False)
        try:
            if entry.identity == rescue_file_identity(handle.size(), await handle.read(0, 1024)):
                reader = RescueReader(handle, program.behaviour, Position(entry.lines, entry.offset))
                await already_delivered(reader, sink, entry.target)
        finally:
            handle.close()
    except OSError as error:
        program.log.debug("recover", f"{path} can't be looked at: {error.strerror}")


async def _without_holes(reader: RescueReader, sink: Sink, tail: bytes) -> bytes:
    """Cut off zeros that a power loss left, with the lines behind them: they are about to be sent again.

    Only lines of this file can be sent again. If there are others behind the zeros, everything stays.
    """
    ours = await _lines_of(reader.another())
    start = tail.rfind(b"\n", 0, tail.index(b"\0")) + 1
    *behind, torn = tail[start:].split(b"\n")
    holes = [line for line in (*behind, torn) if b"\0" in line and line not in ours]
    if holes and all(line in ours or line in holes for line in behind):
        await sink.cut(len(tail) - start)
        await sink.sync()
        return tail[:start]
    return tail


async def _lines_of(reader: RescueReader) -> set[bytes]:
    lines: set[bytes] = set()
    while (unit := await reader.take(_BATCH)) is not None:
        lines.update(unit.lines)
    return lines
