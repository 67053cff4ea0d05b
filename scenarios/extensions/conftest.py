"""A fault, a check and a sink of this directory's own: all there is to write, and nothing to register."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import wptest


@wptest.fault
def flaky_disk(
    hand: wptest.Hand, on: wptest.Pattern, *, failures: wptest.Count = 3, among: wptest.Count = 20
) -> None:
    """Lets single writes fail, here and there: the seed of the run says which.

    Args:
        on: The files, a pattern of their paths.
        failures: How many writes fail.
        among: Among how many writes.
    """
    for nth in sorted(hand.random.sample(range(1, among + 1), failures)):
        hand.fail(on, "write", "EIO", nth=nth, times=1)


@wptest.check
def same_lines(run: wptest.Run, sinks: list[wptest.SinkName]) -> Iterator[str]:
    """Sinks have got the same lines, whatever their order.

    Args:
        sinks: Two sinks or more; the first one is right.
    """
    first, *others = sinks
    expected = Counter(run.lines(first))
    if not expected:
        message = f"{first} has no lines"
        raise wptest.Unverified(message)
    for sink in others:
        got = Counter(run.lines(sink))
        lacks, more = expected - got, got - expected
        if lacks or more:
            yield f"{sink} lacks {lacks.total()} lines that {first} has, and has {more.total()} others"


@wptest.sink
class Dated:
    """Writes the hour before each line, as plain Python does it."""

    def __init__(self, path: str) -> None:
        self.path = path

    def write(self, lines: list[bytes]) -> None:
        """Append a batch."""
        stamp = f"{dt.datetime.now(dt.UTC):%H:%M:%S} ".encode()
        with open(self.path, "ab") as file:
            file.write(b"".join(stamp + line + b"\n" for line in lines))

    @staticmethod
    def original(stored: bytes) -> bytes:
        """The line without the hour."""
        return stored.partition(b" ")[2]
