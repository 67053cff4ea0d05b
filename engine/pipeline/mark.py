"""A mark in the stream of batches: what came before it is durable when every group has passed it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable


class Mark:
    """Goes through the channel of every group, behind the batches that were sent before it.

    Args:
        passed: what the last group does, if all of them have made durable what came before.
        over: is called then in any case, or where a group could not.
    """

    def __init__(self, passed: Callable[[], Awaitable[None]], over: Callable[[], None]) -> None:
        self._passed = passed
        self._over = over
        self._groups = 0
        self._durable = True

    def send(self, groups: int) -> None:
        """It is about to be sent to so many groups."""
        self._groups = groups

    async def arrived(self, *, durable: bool) -> None:
        """A group has come to it; what came before is durable, or couldn't be made so."""
        self._groups -= 1
        self._durable = self._durable and durable
        if not self._groups:
            if self._durable:
                await self._passed()
            self._over()
