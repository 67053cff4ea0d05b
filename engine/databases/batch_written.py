"""What came of writing a batch: each of its lines, and why no more was written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engine.databases.known_codes import Meaning
from engine.machine.batch_outcome import BatchOutcome
from engine.project.model import ErrorClass


@dataclass(frozen=True, slots=True)
class BatchWritten:
    """What came of a batch.

    Attributes:
        outcome: what became of each line.
        stopped: what kept the rest from being written; None if nothing did.
        reason: what the server said then, or of the first line that it refused; empty if all are delivered.
        maybe_twice: lines that are delivered and may be there a second time, since a server that has no keys and
            doesn't take a batch whole had refused one with them in it.
        overtaken: lines that were delivered behind later ones of the batch, as the server took these at first.
    """

    outcome: BatchOutcome
    stopped: Meaning | None = None
    reason: str = ""
    maybe_twice: Collection[int] = ()
    overtaken: Collection[int] = ()

    @property
    def error_class(self) -> ErrorClass:
        """Of which class the error is that a sink tells: what time can't mend is one of the configuration."""
        return "config" if self.stopped is Meaning.CONFIGURATION else "sink"


def overtaken(delivered: Collection[int]) -> list[int]:
    """The places that come behind later ones, of some in the order in which a server took them."""
    latest, behind = -1, list[int]()
    if sorted(delivered) == list(delivered):
        return behind
    for place in delivered:
        if place < latest:
            behind.append(place)
        latest = max(latest, place)
    return behind
