"""Folds what repeats in a timeline: lines that come again and again are there once, with how often and how long."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engine.units import format_duration
from wptest.report.timeline_rows import TimelineRow

_LONGEST = 16  # lines in one pattern
_LEAST = 3  # lines that folding must save
_NUMBER = re.compile(r"\d+")


def folded(rows: Sequence[TimelineRow]) -> list[TimelineRow]:
    """The rows, with a line instead of the repetitions of what stands before it.

    Lines are taken for the same whose numbers alone differ. Steps of the scenario and breaches are never folded.
    """
    shapes = [_shape(row, index) for index, row in enumerate(rows)]
    shown: list[TimelineRow] = []
    place = 0
    while place < len(rows):
        length, times = _pattern(shapes, place)
        shown += rows[place : place + length]
        if times > 1:
            shown.append(_again(rows, place, length, times))
        place += length * times
    return shown


def _shape(row: TimelineRow, index: int) -> object:
    if row.mark != " ":
        return index
    return row.process, row.kind, _NUMBER.sub("#", row.details)


def _pattern(shapes: Sequence[object], place: int) -> tuple[int, int]:
    """How long the pattern is that begins here, and how often it comes: the one that covers most."""
    best = (1, 1)
    for length in range(1, min(_LONGEST, (len(shapes) - place) // 2) + 1):
        pattern, end = shapes[place : place + length], place + length
        while shapes[end : end + length] == pattern:
            end += length
        times = (end - place) // length
        if (times - 1) * length > _LEAST and times * length > best[0] * best[1]:
            best = (length, times)
    return best


def _again(rows: Sequence[TimelineRow], place: int, length: int, times: int) -> TimelineRow:
    what = "this line" if length == 1 else f"these {length} lines"
    until = format_duration(rows[place + length * times - 1].time)
    details = f"({what} {times - 1:,} times more, until {until})"
    return replace(rows[place + length], process="", kind="", details=details, mark=":")
