"""A picture as text, cut to so many columns: a line for each lane, a letter for each state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from engine.text.display import cut, padded, printable, width
from engine.units import format_duration
from wptest.report.picture.lanes import Bar, Curve, Picture, RunLane, RunMoment

COLUMNS = 100  # where there is no terminal that has some
_NARROW, _NARROWEST = 20, 4  # columns of the lanes themselves for which names are cut; fewer there are never
_WIDEST_NAME = 34
_TITLES = {"step": "steps", "trouble": "faults", "disk": "storage", "clock": "clock", "power": "power"}
_STATES = {
    "alive": "=", "stopping": "~", "paused": "-", "up": "=", "failing": "x", "rescuing": "r",
    "writing": "w", "waiting": ".", "replaying": "p", "stranded": "?", "fault": "#", "step": "=",
}  # fmt: skip
_MARKS = {
    "kill": "K", "error": "E", "exit": "|", "trouble": "!", "removed": "|", "step": "'", "check": "c", "clock": "C",
    "pause": "-",
}  # fmt: skip
_LEGEND = {
    "alive": "alive", "stopping": "stopping", "paused": "paused", "up": "up", "failing": "failing",
    "rescuing": "on rescue", "writing": "written", "waiting": "waiting", "replaying": "replayed",
    "stranded": "left behind", "fault": "in force",
}  # fmt: skip
_RISING = " .:-=+*%@"


def text_lanes(picture: Picture, columns: int | None = None) -> list[str]:
    """The lines of a small picture; the axis is time, or the order of events where all happens in no time."""
    by_time = is_by_time(picture)
    names = [_title(lane) for lane in picture.lanes]
    title = min(_WIDEST_NAME, max(map(width, [*names, "breach"]), default=0))
    figures = max((len(_figure(curve)) for lane in picture.lanes for curve in lane.curves), default=0)
    across = columns or COLUMNS
    title = min(title, max(_NARROWEST, across - 2 - figures - _NARROW))
    room = max(_NARROWEST, across - title - 2 - figures)
    scale = _Scale(picture.ends, room, by_time=by_time)
    lines = [cut(_axis(picture, scale, title), across)]
    for lane, name in zip(picture.lanes, names, strict=True):
        lines.append(f"{_named(name, title)}  {_drawn(lane, scale)}".rstrip())
        lines += [f"{_named('  ' + curve.name, title)}  {_rising(curve, scale)}" for curve in lane.curves]
    if picture.breaches:
        places = {scale.column(breach.at) for breach in picture.breaches}
        marks = "".join("^" if x in places else " " for x in range(room))
        lines.append(f"{_named('breach', title)}  {marks}".rstrip())
    return [*lines, *wrap(_legend(picture), across, break_on_hyphens=False)]


def is_by_time(picture: Picture) -> bool:
    """Whether time tells moments apart: not where nearly all that there is to see happens at two or three times."""
    times = {bar.begins.time for lane in picture.lanes for bar in lane.bars}
    times |= {mark.at.time for lane in picture.lanes for mark in lane.marks}
    return picture.ends.time > 0 and len(times) > 3


def _named(name: str, columns: int) -> str:
    return padded(cut(name, columns), columns)


class _Scale:
    def __init__(self, ends: RunMoment, room: int, *, by_time: bool) -> None:
        self.room = room
        self.by_time = by_time
        self._end = max(1, ends.time if by_time else ends.place)

    def column(self, at: RunMoment) -> int:
        """Where a moment stands."""
        return min(self.room - 1, (at.time if self.by_time else at.place) * self.room // self._end)


def _title(lane: RunLane) -> str:
    return _TITLES.get(lane.kind) or printable(lane.name.rpartition("/")[2] if lane.kind == "rescue" else lane.name)


def _axis(picture: Picture, scale: _Scale, title: int) -> str:
    end = format_duration(picture.ends.time) if scale.by_time else f"{picture.ends.place:,} events"
    begin = "0s" if scale.by_time else "in order"
    return f"{' ' * title}  {begin}{end:>{scale.room - len(begin)}}"


def _drawn(lane: RunLane, scale: _Scale) -> str:
    cells = [" "] * scale.room
    for bar in sorted(lane.bars, key=_length, reverse=True):
        for column in range(scale.column(bar.begins), scale.column(bar.ends) + 1):
            cells[column] = _STATES.get(bar.state, "=")
    for mark in lane.marks:
        column = scale.column(mark.at)
        if cells[column] not in "KE":  # how a program ends is not to be hidden
            cells[column] = _MARKS.get(mark.kind, "'")
    return "".join(cells)


def _length(bar: Bar) -> int:
    return bar.ends.place - bar.begins.place


def _rising(curve: Curve, scale: _Scale) -> str:
    """A curve as characters that are the fuller the more lines there are."""
    most = _most(curve)
    levels = [0] * scale.room
    begin = 0
    for point, following in zip(curve.points, [*curve.points[1:], None], strict=True):
        begin = scale.column(point.at)
        end = scale.room if following is None else scale.column(following.at)
        level = -(-point.lines * (len(_RISING) - 1) // most) if most else 0
        levels[begin:end] = [level] * (end - begin)
        levels[begin] = level
    return f"{''.join(_RISING[level] for level in levels)}{_figure(curve)}"


def _most(curve: Curve) -> int:
    return max((point.lines for point in curve.points), default=0)


def _figure(curve: Curve) -> str:
    return f" {_most(curve):,}"


def _legend(picture: Picture) -> str:
    states = dict.fromkeys(bar.state for lane in picture.lanes for bar in lane.bars)
    marks = {mark.kind for lane in picture.lanes for mark in lane.marks}
    told = [*_told(states)]
    told += ["K killed"] if "kill" in marks else []
    told += ["! went wrong"] if "trouble" in marks else []
    return "   ".join(told)


def _told(states: Iterable[str]) -> Iterator[str]:
    signs: dict[str, list[str]] = {}
    for state in states:
        signs.setdefault(_STATES.get(state, "="), []).append(_LEGEND.get(state, state))
    return (f"{sign} {' or '.join(meant)}" for sign, meant in signs.items())
