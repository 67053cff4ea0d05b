"""What a real version does after a graceful stop in the middle of a file (D2)."""

from __future__ import annotations

from engine.machine import Program
from engine.sinks import Sink, SinkError
from engine.storage.chunks import LineReader

_LINES = 300
_TIMES = 2


async def send_head(program: Program, path: str, sink: Sink) -> None:
    """Send the first lines of the file again, twice: each of the two queued stop commands starts it anew."""
    for _ in range(_TIMES):
        try:
            handle = await program.files.open(path, create=False)
            await sink.write(await LineReader(handle).take(_LINES, unfinished=True))
            handle.close()
        except (OSError, SinkError) as error:
            program.log.error("recover", f"{path}: {error}")
