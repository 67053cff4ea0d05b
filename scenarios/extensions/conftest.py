"""A fault, a check and sinks of this directory's own: all there is to write, and nothing to register."""

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


@wptest.fault
def edit(hand: wptest.Hand, path: wptest.Path, *, line: wptest.Count, text: str = "") -> None:
    """Puts other text in the place of a line, as an editor does; none takes the line out.

    Args:
        path: The file.
        line: Which line, from 1 on.
        text: What stands there then.
    """
    lines = hand.read(path).split(b"\n")
    lines[line - 1 : line] = text.encode().split(b"\n") if text else []
    hand.write(path, b"\n".join(lines))


@wptest.fault
def rename(hand: wptest.Hand, path: wptest.Path, *, to: wptest.Path) -> None:
    """Gives a file another name.

    Args:
        path: Its name.
        to: Its new one.
    """
    hand.rename(path, to)


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


@wptest.sink
class Picky:
    """Refuses single lines for good, as servers do that lines don't fit.

    Args:
        refuse: Lines with this text.
        bulk: It takes all others of a batch; else those that come before the first of these.
    """

    def __init__(self, path: str, *, refuse: str, bulk: bool = True) -> None:
        self.path, self.bad, self.bulk = path, refuse.encode(), bulk

    def write(self, lines: list[bytes]) -> None:
        """Append what it takes of a batch."""
        refused = [number for number, line in enumerate(lines) if self.bad in line]
        if refused and not self.bulk:
            self.append(lines[: refused[0]])
            raise wptest.SinkFailed("400 bad request", written=refused[0], refused=refused[:1])
        self.append([line for number, line in enumerate(lines) if number not in refused])
        if refused:
            raise wptest.SinkFailed("mapping conflict", refused=refused)

    def append(self, lines: list[bytes]) -> None:
        """Write lines behind those that are there."""
        with open(self.path, "ab") as file:
            file.writelines(line + b"\n" for line in lines)
