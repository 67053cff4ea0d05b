"""Draws a run: its events go to those who draw lanes, once, in their order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from engine.kernel import Event
from engine.text.display import cut
from wptest.judge.trails.power_losses import TakenLines
from wptest.report.picture.drawer import Drawer, Hears
from wptest.report.picture.lanes import BreachMark, Picture, PictureRow, RunLane, RunMoment
from wptest.report.picture.program_lanes import DrawnPrograms
from wptest.report.picture.rescue_lanes import RescueFiles
from wptest.report.picture.sink_lanes import Sinks
from wptest.report.picture.step_lanes import DrawnSteps
from wptest.report.picture.whereabouts import Tracer
from wptest.report.result_text import by_weight
from wptest.report.timeline_rows import Played, TimelineRow, folded, rows_of
from wptest.run.result import Result
from wptest.words.finding import Finding

_ORDER = ("step", "trouble", "disk", "clock", "power", "program", "server", "sink", "rescue")
_ROWS = 160
_NEAR = 4000  # rows among which repetitions are looked for
_WIDEST = 160  # columns of what a row tells
_UNTOLD = ("monitor.stat",)  # it is in the log as well


def picture_of(result: Result) -> Picture:
    """The picture of a run and of what was found in it, in the order in which reports tell that."""
    return drawn(result, by_weight(result.findings), result.taken)


def drawn(played: Played, findings: Sequence[Finding] = (), taken: Sequence[TakenLines] = ()) -> Picture:
    """The picture of a run, or of a stretch of one; `taken` is what power losses took in it."""
    events = played.events
    ends = RunMoment(max((event.time for event in events[-1:]), default=0), len(events))
    lanes = tuple(_lanes(played, ends, taken))
    closing = next(
        (RunMoment(each.time, place) for place, each in enumerate(events) if each.kind == "closing"), None
    )
    breaches = tuple(
        BreachMark(_found_at(events, each), number, f"{each.name}: {each.message}")
        for number, each in enumerate(findings)
    )
    rows = tuple(_rows(played, breaches))
    whereabouts = tuple(Tracer(played.variant, events, lanes, taken).follow(findings, breaches))
    return Picture(ends, lanes, closing, rows, breaches, whereabouts)


def _lanes(played: Played, ends: RunMoment, taken: Sequence[TakenLines]) -> list[RunLane]:
    events = played.events

    def at_time(time: int) -> RunMoment:
        return RunMoment(time, bisect_left(events, time, key=attrgetter("time")))

    drawers: tuple[Drawer, ...] = (
        DrawnSteps(played.variant, at_time),
        DrawnPrograms(played.variant),
        Sinks(taken),
        RescueFiles(taken),
    )
    hearing: dict[str, list[Hears]] = {}
    for drawer in drawers:
        for kind, hears in drawer.hears().items():
            hearing.setdefault(kind, []).append(hears)
    for place, event in enumerate(events):
        for hears in hearing.get(event.kind, ()):
            hears(RunMoment(event.time, place), event)
    lanes = [lane for drawer in drawers for lane in drawer.lanes(ends)]
    return sorted(lanes, key=lambda lane: _ORDER.index(lane.kind))


def _found_at(events: Sequence[Event], finding: Finding) -> RunMoment:
    """When a finding came to be: what it is about may be earlier than when it was found."""
    place = bisect_left(events, finding.time + 1, key=attrgetter("time"))
    return RunMoment(finding.time, min(finding.after, place))


def _rows(played: Played, breaches: Sequence[BreachMark]) -> Iterator[PictureRow]:
    """The table of events: all of a short run, of a longer one what is near the first breach, and the steps."""
    told = [row for row in rows_of(played) if row.kind not in _UNTOLD]
    middle = next((number for number, row in enumerate(told) if breaches and row.place >= breaches[0].at.place), 0)
    begin = max(0, middle - _NEAR // 2)
    shown = folded(told[begin : begin + _NEAR])
    if len(shown) > _ROWS:
        shown = list(_nearest(shown, breaches))
    for row in shown:
        yield PictureRow(RunMoment(row.time, row.place), row.process, row.kind, cut(row.details, _WIDEST), row.mark)


def _nearest(rows: Sequence[TimelineRow], breaches: Sequence[BreachMark]) -> Iterable[TimelineRow]:
    """As many rows as there is room for: half of them around the first breach, else steps and what is no log."""
    middle = bisect_left(rows, breaches[0].at.place, key=attrgetter("place")) if breaches else 0
    near = set(range(max(0, middle - 3 * _ROWS // 8), middle + _ROWS // 8))
    for rank in (
        lambda row: row.mark != " ",
        lambda row: row.kind not in ("log", "program.output"),
        lambda _: True,
    ):
        for number, row in enumerate(rows):
            if len(near) >= _ROWS:
                break
            if rank(row):
                near.add(number)
    return [row for number, row in enumerate(rows) if number in near]
