"""A picture as plain data, as documents and pages have it: short, since a report may have hundreds.

A moment is `[nanoseconds, place]`, place being how many events came before. A bar is `[begins, ends, state, text,
row]`, a mark `[at, kind, text, count]`, a point `[at, lines]`, a row `[at, process, kind, details, mark]`, a breach
`[at, number of the finding, text]`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from wptest.report.picture.lanes import Picture, RunLane


def picture_data(picture: Picture) -> dict[str, Any]:
    """The picture as plain data: lists, texts and whole numbers."""
    return {
        "ends": list(picture.ends),
        "closing": None if picture.closing is None else list(picture.closing),
        "exact": picture.exact,
        "lanes": [_lane(lane) for lane in picture.lanes],
        "rows": [[list(row.at), row.process, row.kind, row.details, row.mark] for row in picture.rows],
        "breaches": [[list(each.at), each.finding, each.text] for each in picture.breaches],
        "whereabouts": [asdict(each) for each in picture.whereabouts],
    }


def _lane(lane: RunLane) -> dict[str, Any]:
    return {
        "kind": lane.kind,
        "name": lane.name,
        "bars": [[list(bar.begins), list(bar.ends), bar.state, bar.text, bar.row] for bar in lane.bars],
        "marks": [[list(mark.at), mark.kind, mark.text, mark.count] for mark in lane.marks],
        "curves": {curve.name: [[list(point.at), point.lines] for point in curve.points] for curve in lane.curves},
    }
