"""The port between the pipeline and a sink."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from engine.machine.batch_outcome import ALL_AGAIN, BatchOutcome
from engine.machine.target import Target
from engine.project.model import ErrorClass


class SinkError(Exception):
    """A sink could not take a batch: of which error class, why, and what became of each of its lines."""

    def __init__(self, error_class: ErrorClass, reason: str, outcome: BatchOutcome = ALL_AGAIN) -> None:
        super().__init__(reason)
        self.error_class = error_class
        self.outcome = outcome


class Sink(Protocol):
    """Takes batches of lines; all of them are delivered when `write` has come back.

    Attributes:
        name: the sink's id.
    """

    name: str

    async def write(self, lines: Sequence[bytes]) -> None:
        """Deliver `lines`, in order, connecting first if need be.

        Raises:
            SinkError: with what became of each line.
        """

    async def reconnect(self) -> None:
        """Try to make a failed sink work again.

        Raises:
            SinkError: it is still down.
        """

    async def sync(self) -> None:
        """Make what was delivered durable.

        Raises:
            SinkError: it can't be.
        """

    def turn(self) -> AbstractAsyncContextManager[Target | None]:
        """The target, None where there is none, while no other sink of any program adds to it.

        Raises:
            SinkError: it can't be reached.
        """
