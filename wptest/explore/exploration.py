"""How an exploration tells on its way how far it is."""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Protocol


class Underway(Protocol):
    """The report of an exploration that goes on: its figures grow."""

    @property
    def so_far(self) -> str:
        """How far it is, in words."""

    @property
    def failures(self) -> Sized:
        """What broke."""


Watch = Callable[[Underway], None]


def nobody(_report: Underway) -> None:
    """Nobody watches."""
