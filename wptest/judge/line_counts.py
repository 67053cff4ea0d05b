"""Lines as the ledger counts them: by their bytes, equal ones by number.

Counter's own operators go line by line in Python. Lines are nearly always different, and for such the same comes
out of plain dictionaries several times faster. Most often nothing but "the same lines" has to be known, and a
`Tally` tells that without keeping a line, which is what a test over a million lines waits for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse
from typing import Protocol, TypeVar

CountedLines = Counter[bytes]
NONE: CountedLines = Counter()  # shared, never changed: most targets have no line in most places

_BATCH = 1 << 20
_SMALL = 1 << 17  # bytes: of so much it is remembered what came of it, as one run after another has it
_MOST_SMALL = 16

LASTING = ("rescued", "stranded", "quarantined", "dropped")  # places of lines that outlive the program
UNDELIVERED = (*LASTING, "in_flight")
FRESH = "fresh"  # rescued lines, once more, of files that nobody has begun to replay


class LineCount(Protocol):
    """What lines are counted in."""

    def update(self, lines: list[bytes], /) -> None:
        """Count more lines."""


LineCountT = TypeVar("LineCountT", bound=LineCount)
_T = TypeVar("_T")
ByPlace = Mapping[tuple[str, str], LineCountT]  # by target and place


@dataclass(slots=True)
class Tally:
    """How many lines there are, and a fingerprint of them that their order doesn't change.

    Two tallies are equal when they are of the same lines, equally often. That they are equal and the lines are not
    has a chance of 1 in 2**64; the fingerprint is only good within one process.
    """

    lines: int = 0
    fingerprint: int = 0

    def update(self, lines: Sequence[bytes]) -> None:
        """Count more lines."""
        self.lines += len(lines)
        self.fingerprint += sum(map(hash, lines))

    def add(self, other: Tally) -> None:
        """Count lines that are counted already."""
        self.lines += other.lines
        self.fingerprint += other.fingerprint

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.lines + other.lines, self.fingerprint + other.fingerprint)


def whole_lines(data: bytes) -> bytes:
    """The data without a torn line at its end."""
    return data[: data.rfind(b"\n") + 1]


def split_lines(data: bytes) -> list[bytes]:
    """A file's lines; a last one without an end counts."""
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines


def pieces(data: bytes) -> Iterator[bytes]:
    """The data in pieces of some ten thousand whole lines."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + _BATCH) + 1 or len(data)
        yield data[start:end]
        start = end


def batches(data: bytes) -> Iterator[list[bytes]]:
    """A file's lines, some ten thousand at a time: a line as an object takes several times its bytes."""
    return map(split_lines, pieces(data))


def remembering(make: Callable[[bytes], _T]) -> Callable[[bytes], _T]:
    """A function of data that is not done again for what came not long ago, if that was small."""
    known = lru_cache(_MOST_SMALL)(make)
    return lambda data: known(data) if len(data) <= _SMALL else make(data)


@remembering
def tally_of(data: bytes) -> Tally:
    """How many lines there are in data; not to be changed."""
    tally = Tally()
    for lines in batches(data):
        tally.update(lines)
    return tally


def number_of_lines(data: bytes) -> int:
    """How many lines a file has."""
    return data.count(b"\n") + (not data.endswith(b"\n") if data else 0)


def first_lines(data: bytes, count: int) -> bytes:
    """The first `count` lines of a file, with their ends."""
    if data.count(b"\n") <= count and data.endswith(b"\n"):
        return data
    end = 0
    for batch in batches(data):
        if count <= len(batch):
            return data[: end + sum(map(len, batch[:count])) + count]
        count -= len(batch)
        end += sum(map(len, batch)) + len(batch)
    return data


def without_blank(lines: list[bytes]) -> list[bytes]:
    """Those that have anything in them."""
    return lines if all(map(bytes.strip, lines)) else [line for line in lines if line.strip()]


def more_lines(data: bytes, before: bytes) -> list[bytes]:
    """The lines that a file has more than it had, each as often as that; the later ones of equal lines."""
    had = Counter(split_lines(before))
    more = []
    for line in split_lines(data):
        if had[line] > 0:
            had[line] -= 1
        else:
            more.append(line)
    return more


def minus(one: CountedLines, other: CountedLines) -> CountedLines:
    """The lines of `one` that `other` doesn't have, in the order of `one`; `one` itself where all are such."""
    if not one or not other:
        return one
    return _once_each(filterfalse(other.__contains__, one)) if are_different(one) else one - other


def both(one: CountedLines, other: CountedLines) -> CountedLines:
    """The lines that both have, in the order of `one`."""
    if not one or not other:
        return NONE
    return _once_each(filter(other.__contains__, one)) if are_different(one) else one & other


def plus(one: CountedLines, other: CountedLines) -> CountedLines:
    """The lines of both; one of them itself where the other has none."""
    return one + other if one and other else one or other


def are_different(lines: CountedLines) -> bool:
    """Whether no two of them are equal."""
    return lines.total() == len(lines)


def either(one: CountedLines, other: CountedLines) -> CountedLines:
    """The lines that one of them has, each as often as the one that has it more often."""
    small, large = sorted((one, other), key=len)
    if small.items() <= large.items():
        return large
    if are_different(small) and are_different(large):
        return _once_each([*large, *small])
    return large | small


def _once_each(lines: Iterable[bytes]) -> CountedLines:
    found: CountedLines = Counter()
    dict.update(found, dict.fromkeys(lines, 1))  # Counter's own asks what it is given
    return found
