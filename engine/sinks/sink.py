"""The port between the pipeline and a sink."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.machine.batch_outcome import ALL_AGAIN, BatchOutcome
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
        tears: its target may end in a torn line, or in zeros, which can be cut off.
    """

    name: str
    tears: bool

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

    async def position(self) -> int:
        """Where the next line will go: the target's size in bytes.

        Raises:
            SinkError: the target can't be reached.
        """

    async def tail(self, position: int) -> bytes:
        """What the target has from `position` on.

        Raises:
            SinkError: the target can't be reached.
        """

    async def cut(self, size: int) -> None:
        """Cut the last `size` bytes off the target: a torn line that is about to be delivered whole.

        Raises:
            SinkError: it can't be cut.
        """
