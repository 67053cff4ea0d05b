"""How a graceful stop reaches a recovery of public versions, and why one goes on after it (D2).

Who waits for the program's end looks for a signal in every other tenth of a second. Then it gives two orders, a
tenth of a second apart: to stand alone, and to stop. Whoever works takes an order as the end of what it waits for,
and goes on; only when it has waited in full after the second one does it end. And each file that is begun later
finds both orders still to be taken.
"""

from __future__ import annotations

from typing import Protocol

from engine.kernel import Flag, sleep
from engine.machine import Program
from engine.units import MILLISECOND

_TENTH = 100 * MILLISECOND


class StopListener(Protocol):
    """Somebody who waits until it is time to stop."""

    async def wait(self, duration: int, /) -> bool:
        """Wait for `duration` or shorter; whether to stop now."""


class StopOrders:
    """The two orders of one recovery."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._began = program.now
        self._given = tuple(Flag(program.machine.scheduler) for _ in range(2))
        program.process.spawn(self._give())

    def listener(self) -> StopListener:
        """For somebody who has taken none of them."""
        return OrderListener(list(self._given))

    async def _give(self) -> None:
        await self._program.process.stop.wait()
        since = (self._program.now - self._began) % (2 * _TENTH)
        if since > _TENTH:  # nobody looks for a signal just now
            await sleep(2 * _TENTH - since)
        for order in self._given:
            order.set()
            await sleep(_TENTH)


class OrderListener:
    """One who takes the orders, each of them once; implements `StopListener`."""

    def __init__(self, orders: list[Flag]) -> None:
        self._left = orders

    async def wait(self, duration: int, /) -> bool:
        """Wait for `duration`, or until the next order; True when all are taken and the wait was a whole one."""
        if not self._left:
            await sleep(duration)
            return True
        if await self._left[0].wait(duration):
            del self._left[0]
        return False
