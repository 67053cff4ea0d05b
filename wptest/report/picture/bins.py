"""Many events as few: whatever the number of lines, a picture has a bounded number of points and marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wptest.report.picture.lanes import Bar, LaneMark, Point, RunMoment, in_rows

MOST_POINTS = 120  # of a curve, along each of the two axes
MOST_MARKS = 60  # of a lane
MOST_BARS = 60


def thinned(points: Sequence[Point], ends: RunMoment) -> tuple[Point, ...]:
    """The points of a curve that are last in their bin, of equal stretches of time or of equally many events."""
    if len(points) <= MOST_POINTS:
        return tuple(points)
    kept: dict[tuple[str, int], int] = {}
    for index, point in enumerate(points):
        kept["time", _bin(point.at.time, ends.time, MOST_POINTS)] = index
        kept["place", _bin(point.at.place, ends.place, MOST_POINTS)] = index
    return tuple(points[index] for index in sorted({0, *kept.values()}))


def gathered(marks: Sequence[LaneMark], ends: RunMoment) -> tuple[LaneMark, ...]:
    """The marks, those of one kind in one bin as one: the first of them, with their number."""
    if len(marks) <= MOST_MARKS:
        return tuple(marks)
    bins: dict[tuple[str, int, int], list[LaneMark]] = {}
    for mark in marks:
        half = MOST_MARKS // 2
        key = mark.kind, _bin(mark.at.time, ends.time, half), _bin(mark.at.place, ends.place, half)
        bins.setdefault(key, []).append(mark)
    return tuple(
        LaneMark(each[0].at, each[0].kind, each[0].text, sum(mark.count for mark in each)) for each in bins.values()
    )


def most_visible(bars: Iterable[Bar], ends: RunMoment) -> tuple[Bar, ...]:
    """The bars on rows, in their order; of more than a picture has room for, those that can best be seen."""
    placed = in_rows(bars)
    if len(placed) <= MOST_BARS:
        return placed

    def share(bar: Bar) -> float:
        time, place = bar.ends.time - bar.begins.time, bar.ends.place - bar.begins.place
        return max(time / max(1, ends.time), place / max(1, ends.place))

    kept = set(sorted(range(len(placed)), key=lambda number: -share(placed[number]))[:MOST_BARS])
    return tuple(bar for number, bar in enumerate(placed) if number in kept)


def _bin(value: int, end: int, number: int) -> int:
    return min(number - 1, value * number // end) if end else 0
