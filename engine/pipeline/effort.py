"""What work takes: time that a simulated machine has no other cause to let pass."""

from __future__ import annotations

from engine.kernel import sleep
from engine.machine import Program
from engine.units import MILLISECOND

_PIECE = 2 * MILLISECOND  # less can't be slept on a real machine


class Effort:
    """Lets time pass for what somebody does, in pieces; what was slept too long is taken off the next one."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._owed = 0

    async def spend(self, duration: int) -> None:
        """Work so many nanoseconds, now or with what comes next."""
        self._owed += duration
        if self._owed >= _PIECE:
            began = self._program.now
            await sleep(self._owed)
            self._owed -= self._program.now - began
