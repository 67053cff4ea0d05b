"""What a sink's lines are kept in, as those see it who say whose lines stand where in it."""

from __future__ import annotations

from typing import Protocol


class Target(Protocol):
    """A target whose turn somebody has. Sizes and places are in bytes; every failure is a `SinkError`.

    Attributes:
        path: its path.
        prompt: a line is in it, behind all others, when `write` has come back. Where that is up to somebody's own
            code, places say nothing about whose a line is.
    """

    path: str
    prompt: bool

    @property
    def number(self) -> int:
        """What tells it from an earlier file of its name; 0 where it isn't there yet."""

    async def size(self) -> int:
        """Where the next line will go."""

    async def read(self, start: int, end: int) -> bytes:
        """What it has from `start` to `end`, its lines as they were sent."""

    async def cut(self, size: int) -> None:
        """Cut its last `size` bytes off."""

    async def rewrite(self, start: int) -> None:
        """Write again what stands from byte `start` on: else `sync` may save nothing of what others wrote."""

    async def sync(self) -> None:
        """Make it durable."""


class Claim(Protocol):
    """Who says whose the lines are that a program adds to its targets."""

    async def before(self, target: Target) -> None:
        """Lines are about to be added to a target, whose turn is taken.

        Raises:
            SinkError: they must not be.
        """

    def after(self, target: Target, end: int) -> None:
        """They have been added, and the target ends there; 0 where that isn't known, as it isn't `prompt`."""


class NoClaim:
    """Nobody says it; implements `Claim`."""

    async def before(self, target: Target) -> None:
        """See `Claim.before`."""

    def after(self, target: Target, end: int) -> None:
        """See `Claim.after`."""
