"""Getting a failed sink back: the attempts, their pauses, their log lines."""

from __future__ import annotations

from engine.machine import Program
from engine.sinks.base import Sink, SinkError
from engine.units import MILLISECOND, SECOND

FIRST_PAUSE = 100 * MILLISECOND
LONGEST_PAUSE = 5 * SECOND


async def reconnect(program: Program, sink: Sink) -> bool:
    """Try until the sink is back (True) or the program is asked to stop (False).

    The first attempt comes 100 ms after the failure, as in `ActMaintainer`; then the pause doubles up to its 5 s.
    Each sink has its own pauses, so a dead one doesn't hold up another (D17).
    """
    pause = FIRST_PAUSE
    program.log.warn("data", f"warn_sink! reconnect {sink.name}")
    while not await program.process.stop.wait(pause):
        try:
            await sink.reconnect()
        except SinkError as error:
            program.emit("reconnect.failed", sink=sink.name, reason=str(error))
            program.log.warn("ctrl", f"{sink.name} reconnect fail! {error}")
            pause = min(pause * 2, LONGEST_PAUSE)
        else:
            program.emit("reconnect.succeeded", sink=sink.name)
            program.log.warn("ctrl", f"reconnect success ,send {sink.name} to fix_sink_q")
            return True
    return False
