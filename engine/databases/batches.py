"""What goes to the server together, by lines and bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from engine.project.database_conf import BatchLimits


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


def halves(run: Sequence[int]) -> tuple[Sequence[int], Sequence[int]]:
    """The two halves of several lines, the first one first and never smaller."""
    assert len(run) > 1, "one line has no halves"
    middle = (len(run) + 1) // 2
    return run[:middle], run[middle:]
