"""`speed_limit`: how fast a recovery sends, in lines per second (facts section 5.7)."""

from __future__ import annotations

from engine.kernel import sleep
from engine.machine import Program
from engine.units import SECOND

_UNLIMITED_UNIT = 10_000
_LARGEST_UNIT = 1000
_REAL_UNIT = 100


class Pace:
    """Lets units of lines through at the limit, over all files of a recovery (D32 starts anew with each).

    A unit is a tenth of a second's lines, at least 1 and at most 1000. 0 means no limit.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._limit = _limit(program)
        self._due = 0
        self.unit = max(1, min(_LARGEST_UNIT, self._limit // 10)) if self._limit else _UNLIMITED_UNIT
        if program.behaviour.pace == "anew_in_each":
            self.unit = _REAL_UNIT

    async def wait(self, lines: int) -> bool:
        """Wait until `lines` more may be sent; False when the program is asked to stop before."""
        stop = self._program.process.stop
        if not self._limit:
            await sleep(0)
            return not stop.is_set
        now = self._program.now
        due = max(self._due, now)
        self._due = due + lines * SECOND // self._limit
        return not (await stop.wait(due - now) if due > now else stop.is_set)


def _limit(program: Program) -> int:
    limit = program.project.speed_limit
    return {"kept": limit, "ignored": 0, "ten_times": limit * 10}[program.behaviour.speed_limit]
