"""After a kill: which lines behind the checkpoint the target has already (design section 4)."""

from __future__ import annotations

from engine.rescue.reader import RescueReader
from engine.sinks import Sink

_BATCH = 1000


async def already_delivered(reader: RescueReader, sink: Sink, position: int, *, cut_torn: bool = True) -> int:
    """Move `reader` past the lines that stand in the target from byte `position` on; how many those were.

    Lines are delivered in order, so what the target has of the file is a beginning of it; other writers' lines
    may stand between. A torn last line that begins like the first missing one is cut off, to be written whole
    (unless not `cut_torn`).
    `reader` must be at the checkpoint. It is left within a batch, so the caller reads on from its new position.

    Raises:
        SinkError: the target can't be read.
        OSError: the rescue file can't be.
    """
    *there, torn = (await sink.tail(position)).split(b"\n")
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
