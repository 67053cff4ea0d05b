"""Getting a failed sink back: the attempts, their pauses, their log lines."""

from __future__ import annotations

from collections.abc import Mapping

from engine.kernel import sleep
from engine.kernel.trace import FieldValue
from engine.machine import Program
from engine.sinks.sink import Sink, SinkError
from engine.units import MILLISECOND, SECOND

FIRST_PAUSE = 100 * MILLISECOND
LONGEST_PAUSE = 5 * SECOND
_FEW = 3
_MANY = 100


class Reconnector:
    """Gets one sink back whenever it has failed.

    The first attempt comes 100 ms after the failure, as in `ActMaintainer`; then the pause doubles up to its 5 s.
    From there on pauses are drawn from the second half of these: if all were alike, outages that are as far apart
    would meet every attempt, and never end.

    A sink that has said a hundred times that it is back, and has taken nothing each time, is not believed any more:
    from then on its first pause doubles as well. Each sink has its own pauses, so a dead one doesn't hold up
    another (D17).
    """

    def __init__(self, program: Program, sink: Sink) -> None:
        self._program = program
        self._sink = sink
        self._taken = -1  # how many lines it had taken when it was back last
        self._in_vain = 0  # how often it was back since then
        self._first = FIRST_PAUSE
        self._failure: Mapping[str, FieldValue] = {}

    async def reconnect(self) -> bool:
        """Try until the sink is back (True) or the program is asked to stop (False)."""
        program, sink = self._program, self._sink
        self._look()
        pause = self._first
        attempts = 0
        program.log.warn("data", f"warn_sink! reconnect {sink.name}")
        while not await self._pause(pause):
            try:
                if program.behaviour.reconnect != "assume_back":  # D18: some real sinks don't look
                    await sink.reconnect()
            except SinkError as error:
                program.machine.record(program.called, "reconnect.failed", self._failed(str(error)))
                program.log.warn("ctrl", f"{sink.name} reconnect fail! {error}")
                pause = _longer(pause)
                attempts += 1
                if program.behaviour.reconnect == "give_up" and attempts == _FEW:
                    return False
                if program.stopping and not _is_woken_by_stop(program):
                    return False
                program.maintainer.sleep(program.now)
            else:
                program.emit("reconnect.succeeded", sink=sink.name)
                program.log.warn("ctrl", f"reconnect success ,send {sink.name} to fix_sink_q")
                return True
        return False

    def _failed(self, reason: str) -> Mapping[str, FieldValue]:
        """What an attempt has failed of; an outage of days has a hundred thousand of them, for one reason."""
        if self._failure.get("reason") != reason:
            self._failure = {"sink": self._sink.name, "reason": reason}
        return self._failure

    async def _pause(self, pause: int) -> bool:
        """Wait before the next attempt; True when the program is asked to stop."""
        program = self._program
        if program.behaviour.maintainer == "one_per_sink":
            return await _wait(program, self._drawn(pause))
        maintainer, name = program.maintainer, self._sink.name
        maintainer.wait(name)
        while wait := maintainer.until(name, program.now):
            if await _wait(program, wait):
                maintainer.leave(name)
                return True
        maintainer.take(name, program.now)
        return False

    def _drawn(self, pause: int) -> int:
        if pause < LONGEST_PAUSE or self._program.behaviour.longest_pause == "always_whole":
            return pause
        chance = self._program.machine.streams.stream(f"reconnect {self._sink.name}")
        return chance.randrange(LONGEST_PAUSE // 2, LONGEST_PAUSE, MILLISECOND)

    def _look(self) -> None:
        """See whether it has taken anything since it was back last."""
        taken = self._program.machine.deliveries.total(self._sink.name)
        if taken != self._taken:
            self._taken, self._in_vain, self._first = taken, 0, FIRST_PAUSE
            return
        self._in_vain += 1
        if self._in_vain > _MANY:
            self._first = _longer(self._first)


def _longer(pause: int) -> int:
    return min(pause * 2, LONGEST_PAUSE)


async def _wait(program: Program, pause: int) -> bool:
    if _is_woken_by_stop(program):
        return await program.process.stop.wait(pause)
    await sleep(pause)
    return False


def _is_woken_by_stop(program: Program) -> bool:
    """Whether a stop ends a pause; else there is one attempt more after it (D45)."""
    return program.behaviour.stop_in_outage == "at_once"
