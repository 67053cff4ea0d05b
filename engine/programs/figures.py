"""The monitor's figures as tables on standard output (facts section 5.9): of each interval, then of the run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.machine.monitor import SUM
from engine.machine.program import FigureRow
from engine.text.display import aligned
from engine.units import SECOND

_HEAD = ("stage", "name", "target", "total", "success", "rescued", "dropped", "suc-rate", "speed")
_LEFT = 3  # columns of text; the others are numbers, flush right
TOTAL = "total stat"  # what real versions write above the last table

FiguresTable = dict[str, int]


class FigureTables:
    """Prints a table for each report: what an interval brought, and at the end everything.

    Args:
        now: monotonic time in nanoseconds.
        out: takes the lines.
        heading: what stands above the last table.
    """

    def __init__(self, now: Callable[[], int], out: Callable[[str], None], heading: str = SUM) -> None:
        self._now = now
        self._out = out
        self._heading = heading
        self._began = self._last = now()
        self._seen: dict[tuple[str, str], FiguresTable] = {}

    def show(self, title: str, rows: Sequence[FigureRow]) -> None:
        """Print a report; an interval without anything new is left out."""
        since = self._began if title == SUM else self._last
        before = {} if title == SUM else self._seen
        news = [(kind, target, _less(figures, before.get((kind, target), {}))) for kind, target, figures in rows]
        self._seen = {(kind, target): figures for kind, target, figures in rows}
        self._last = self._now()
        if title == SUM or any(any(figures.values()) for _, _, figures in news):
            seconds = (self._last - since) / SECOND
            cells = [_HEAD, *(_cells(*row, seconds) for row in news)]
            heading = self._heading if title == SUM else title
            for line in (heading, *aligned(cells, right=range(_LEFT, len(_HEAD)))):
                self._out(line)


def _less(figures: FiguresTable, before: FiguresTable) -> FiguresTable:
    return {key: value - before.get(key, 0) for key, value in figures.items()}


def _cells(kind: str, target: str, figures: FiguresTable, seconds: float) -> tuple[str, ...]:
    total = figures["total"]
    success = figures.get("success", total)  # whatever was picked was picked well
    return (
        kind.removesuffix("_stat"),
        kind,
        target,
        str(total),
        str(success),
        str(figures.get("rescued", 0)),
        str(figures.get("dropped", 0)),
        f"{100 * success / total:.1f}%" if total else "-",
        f"{total / seconds:,.0f}/s" if seconds else "-",
    )
