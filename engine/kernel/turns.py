"""Tasks that take turns at something that only one of them can use at a time."""

from __future__ import annotations

from collections import deque

from engine.kernel.scheduler import Scheduler, Task, park


class Turns:
    """`async with turns:` waits until nobody else is inside, first come, first served.

    Who goes inside often, and nearly always at once, does it by `try_take`, `take` and `give`.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._taken = False
        self._waiting: deque[Task] = deque()

    async def __aenter__(self) -> None:
        if not self.try_take():
            await self.take()

    async def __aexit__(self, *_error: object) -> None:
        self.give()

    def try_take(self) -> bool:
        """Go inside if nobody is there."""
        is_free = not self._taken
        self._taken = True
        return is_free

    async def take(self) -> None:
        """Wait until somebody who is inside has left, and go there."""
        self._waiting.append(self._scheduler.running())
        await park()
        assert self._taken, "it was handed on, so it was never free"

    def give(self) -> None:
        """Leave."""
        assert self._taken, "who leaves was inside"
        if self._waiting:  # it stays taken: whoever comes next must not slip in before
            self._scheduler.wake(self._waiting.popleft())
        else:
            self._taken = False
