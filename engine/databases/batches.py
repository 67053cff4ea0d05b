"""What goes to the server together: by lines, bytes and time. Nothing here looks at a clock; time is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from engine.project.database_conf import BatchLimits


class WaitingLine(NamedTuple):
    """A line that waits to be sent: its size as it is sent, and since when it waits, in nanoseconds."""

    size: int
    since: int


def together(sizes: Sequence[int], limits: BatchLimits, around: int = 0) -> Iterator[range]:
    """Cut lines into batches, in their order: each as large as it may be, all of them at least one line.

    Args:
        sizes: of the lines, as they are sent.
        limits: what a batch may have; a line that is too large for any is alone in one.
        around: how large a request is besides its lines.
    """
    starts = [0]
    filled = around
    for place, size in enumerate(sizes):
        filled += size
        is_full = place - starts[-1] == limits.lines or (limits.bytes and filled > limits.bytes)
        if is_full and place > starts[-1]:
            starts.append(place)
            filled = around + size
    yield from (range(*each) for each in pairwise([*starts, len(sizes)]) if each[0] < each[1])


def ready(waiting: Sequence[WaitingLine], limits: BatchLimits, now: int, around: int = 0) -> int:
    """How many of the lines that wait, the oldest first, go now: those of a full batch, or all if time is up."""
    first = next(together([line.size for line in waiting[: limits.lines]], limits, around), range(0))
    is_full = len(first) == limits.lines or len(first) < len(waiting)
    is_due = bool(waiting) and now >= waiting[0].since + limits.wait
    return len(first) if is_full or is_due else 0


def due_at(waiting: Sequence[WaitingLine], limits: BatchLimits) -> int | None:
    """When the lines that wait go at the latest; None if none wait."""
    return waiting[0].since + limits.wait if waiting else None


def halves(run: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """The two halves of several lines, the first one first and never smaller."""
    assert len(run) > 1, "one line has no halves"
    middle = (len(run) + 1) // 2
    return run[:middle], run[middle:]
