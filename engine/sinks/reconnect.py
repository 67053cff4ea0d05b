"""Getting a failed sink back: the attempts, their pauses, their log lines."""

from __future__ import annotations

from engine.machine import Program
from engine.sinks.base import Sink, SinkError
from engine.units import MILLISECOND, SECOND

FIRST_PAUSE = 100 * MILLISECOND
LONGEST_PAUSE = 5 * SECOND
_FEW = 3


async def reconnect(program: Program, sink: Sink) -> bool:
    """Try until the sink is back (True) or the program is asked to stop (False).

    The first attempt comes 100 ms after the failure, as in `ActMaintainer`; then the pause doubles up to its 5 s.
    Each sink has its own pauses, so a dead one doesn't hold up another (D17).
    """
    pause = FIRST_PAUSE
    attempts = 0
    program.log.warn("data", f"warn_sink! reconnect {sink.name}")
    while not await _pause(program, pause):
        try:
            if program.behaviour.reconnect != "assume_back":  # D18: some real sinks don't look
                await sink.reconnect()
        except SinkError as error:
            program.emit("reconnect.failed", sink=sink.name, reason=str(error))
            program.log.warn("ctrl", f"{sink.name} reconnect fail! {error}")
            pause = min(pause * 2, LONGEST_PAUSE)
            attempts += 1
            if program.behaviour.reconnect == "give_up" and attempts == _FEW:
                return False
            program.maintainer_free_at = program.now + LONGEST_PAUSE
        else:
            program.emit("reconnect.succeeded", sink=sink.name)
            program.log.warn("ctrl", f"reconnect success ,send {sink.name} to fix_sink_q")
            return True
    return False


async def _pause(program: Program, pause: int) -> bool:
    """Wait before the next attempt; True when the program is asked to stop.

    One maintainer for all sinks would sleep off every failed attempt first, whichever sink it was for (D17).
    """
    stopped = await program.process.stop.wait(pause)
    while (
        program.behaviour.maintainer == "one_for_all" and program.maintainer_free_at > program.now and not stopped
    ):
        stopped = await program.process.stop.wait(program.maintainer_free_at - program.now)
    return stopped
