"""Lines that a target has more often than they were sent: each of them may stand for one that is missing (D33).

Lines are compared by a short fingerprint, because a line as an object takes several times its bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b

_SIZE = 8  # two of a million lines are taken for equal with a chance of 1 in 37 million


class LineSet:
    """How often each line is in a file; blank ones don't count."""

    def __init__(self) -> None:
        self._times: Counter[bytes] = Counter()

    def add(self, lines: Iterable[bytes]) -> None:
        """Count more lines."""
        self._times.update(blake2b(line, digest_size=_SIZE).digest() for line in lines if line.strip())

    def repeats_of(self, sent: LineSet, writers: int = 1) -> int:
        """How many lines are here more often than in what was `sent`, when so many sinks write to the file.

        A line that was not sent at all came from elsewhere: nobody can say how often it should be here.
        """
        known = ((times, sent._times.get(line, 0) * writers) for line, times in self._times.items())
        return sum(times - right for times, right in known if 0 < right < times)
