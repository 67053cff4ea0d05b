"""How many lines each sink has been given, with stops at chosen numbers.

A trigger such as "upon line 99 at this sink" must hit between line 99 and line 100, although sinks are written
in batches; so a batch is split where a stop has been set, and only there.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise


class Deliveries:
    """Lines delivered to each sink since the start of the run, over all processes."""

    def __init__(self) -> None:
        self._totals: dict[str, int] = {}
        self._stops: dict[str, list[int]] = {}

    def stop_at(self, sink: str, lines: int) -> None:
        """Make `split` end a part exactly at that total."""
        insort(self._stops.setdefault(sink, []), lines)

    def total(self, sink: str) -> int:
        """Lines delivered to the sink so far."""
        return self._totals.get(sink, 0)

    @property
    def totals(self) -> dict[str, int]:
        """Lines delivered so far, by sink."""
        return dict(self._totals)

    def add(self, sink: str, lines: int) -> int:
        """Count `lines` more and return the new total."""
        assert lines >= 0, "what was delivered is never taken back"
        total = self._totals[sink] = self._totals.get(sink, 0) + lines
        return total

    def split(self, sink: str, lines: Sequence[bytes]) -> list[Sequence[bytes]]:
        """Cut a batch at the stops that it crosses: the batch itself when it crosses none."""
        stops = self._stops.get(sink)
        if not stops:
            return [lines]
        total = self.total(sink)
        cuts = [stop - total for stop in stops[bisect_right(stops, total) :] if stop - total < len(lines)]
        edges = [0, *dict.fromkeys(cuts), len(lines)]
        parts = [lines[start:end] for start, end in pairwise(edges)]
        assert sum(map(len, parts)) == len(lines), "a trigger would lose or double lines"
        assert all(parts), "a sink would be asked to take nothing"
        return parts
