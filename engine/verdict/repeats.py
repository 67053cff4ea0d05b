"""Lines that a target has more often than they were sent: each of them may stand for one that is missing (D33).

Files may have millions of lines, so of each only a fingerprint of eight bytes is kept.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

_SIZE = 8  # two of a million lines are taken for equal with a chance of 1 in 37 million
_SHELVES = 256  # which are compared one by one: a dictionary of all lines would take many times their room


class LineSet:
    """The lines of a file, equal ones as often as they are there; blank ones don't count."""

    def __init__(self) -> None:
        self._shelves = [array("Q") for _ in range(_SHELVES)]

    def add(self, lines: Iterable[bytes]) -> None:
        """Put more lines in."""
        shelves = self._shelves
        for line in lines:
            if line.strip():
                fingerprint = int.from_bytes(blake2b(line, digest_size=_SIZE).digest())
                shelves[fingerprint % _SHELVES].append(fingerprint)

    def repeats_of(self, sent: LineSet, writers: int = 1) -> int:
        """How many lines are here more often than in what was `sent`, when so many sinks write to the file.

        A line that was not sent at all came from elsewhere: nobody can say how often it should be here.
        """
        return sum(
            _repeats(Counter(here), Counter(there), writers)
            for here, there in zip(self._shelves, sent._shelves, strict=True)
        )


def _repeats(here: Counter[int], sent: Counter[int], writers: int) -> int:
    known = ((times, sent[line] * writers) for line, times in here.items())
    return sum(times - right for times, right in known if 0 < right < times)
