"""What a graceful stop in the middle of a file does where lines are not queued (D2); `StopOrders` has the cause."""

from __future__ import annotations

from engine.machine import Program
from engine.sinks import Sink, SinkError
from engine.storage.chunks import LineReader

_LINES = 128


async def send_head(program: Program, path: str, sink: Sink) -> None:
    """Send as many of the first lines of the file again as a channel takes."""
    try:
        handle = await program.files.open(path, create=False)
        await sink.write(await LineReader(handle).take(_LINES, unfinished=True))
        handle.close()
    except (OSError, SinkError) as error:
        program.log.error("recover", f"{path}: {error}")
