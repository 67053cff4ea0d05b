"""Monitor figures: how many lines were picked and how each sink fared (`pick_stat`, `sink_stat`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from engine.machine import Program
from engine.machine.program import FigureRow
from engine.project.model import MONITOR
from engine.units import SECOND

DEFAULT_WINDOW = 60
BACKUP = "_bak"
SUM = "sum stat:"


@dataclass
class SinkStat:
    """One sink's figures in lines: offered to it, delivered, rescued, dropped; and its failures in calls.

    Lines that it refused, and that are in quarantine, are told of where there are any.
    """

    total: int = 0
    success: int = 0
    rescued: int = 0
    dropped: int = 0
    failures: int = 0
    refused: int = 0


class Monitor:
    """Counts, and reports at every window in which something changed, and at the end.

    A report is a log line, an event and, in `wparse`, lines for the infra group `monitor`. A success is a line
    that the sink has taken, no more (D30 counts those that were given up, too, and has a second row for each sink).

    Args:
        program: the program that it is part of.
        window: seconds between two reports.
        deliver: takes the lines of a report; None where there is no sink for them.
    """

    def __init__(
        self,
        program: Program,
        window: int = DEFAULT_WINDOW,
        deliver: Callable[[Sequence[bytes]], Awaitable[None]] | None = None,
    ) -> None:
        self.sinks: dict[str, SinkStat] = {}
        self.picked: dict[str, int] = {}
        self.parsed: dict[str, int] = {}
        self._program = program
        self._window = max(window, 1) * SECOND
        self._deliver = deliver
        self._shown: list[str] = []
        self._with_rescue = program.behaviour.success_figures == "with_rescue"
        self._as_printed = program.behaviour.figure_tables == "printed_only"

    def sink(self, name: str) -> SinkStat:
        """The figures of a sink, to be changed in place."""
        return self.sinks.setdefault(name, SinkStat())

    def backup(self, name: str) -> SinkStat | None:
        """The figures of what a sink's rescue files get, where these have a row of their own (D30)."""
        return self.sink(f"{name}{BACKUP}") if self._with_rescue else None

    def pick(self, path: str, lines: int) -> None:
        """Count lines read from a file."""
        self.picked[path] = self.picked.get(path, 0) + lines

    def parse(self, rule: str, lines: int) -> None:
        """Count lines that a rule has parsed."""
        self.parsed[rule] = self.parsed.get(rule, 0) + lines

    def replayed(self, sink: str, lines: int, dropped: int, refused: int = 0) -> None:
        """Count lines that a replay has dealt with: of those `dropped` were given up.

        So many were `refused`, and put aside.
        """
        stat = self.sink(sink)
        stat.total += lines
        stat.dropped += dropped
        stat.refused += refused
        stat.success += lines - dropped - refused

    async def run(self) -> None:
        """Report window by window until the program stops."""
        while not await self._program.process.stop.wait(self._window):
            await self.report("interval stat:")

    async def report(self, title: str) -> None:
        """Report the figures now, unless they are those of the last report."""
        rows: list[FigureRow] = [
            ("pick_stat", path, {"total": count}) for path, count in sorted(self.picked.items())
        ]
        rows += [
            ("sink_stat", name, self._figures(stat))
            for name, stat in sorted(self.sinks.items())
            if stat.total or stat.success
        ]
        if self._program.on_figures is not None and self._as_printed:
            self._program.on_figures(title, self._printed(rows))
        rows = self._of_others(rows) if rows else rows
        lines = [
            f"{kind} target={target} {' '.join(f'{key}={value}' for key, value in figures.items())}"
            for kind, target, figures in rows
        ]
        if self._program.on_figures is not None and not self._as_printed:
            self._program.on_figures(title, rows)
        if lines == self._shown:
            return
        self._shown = lines
        if not self._as_printed:
            self._program.log.info("stat", f"{title} {'; '.join(lines)}")
        for kind, target, figures in rows:
            self._program.emit("monitor.stat", stat=kind, target=target, **figures)
        if self._deliver is not None and lines and not (self._as_printed and title == SUM):
            await self._deliver([f"{title} {line}".encode() for line in lines])

    def _of_others(self, rows: Sequence[FigureRow]) -> list[FigureRow]:
        """The rows without those of the monitor's own sinks: reports about reports would never end."""
        groups = [group for group in self._program.project.groups if group.name == MONITOR]
        own = {sink.id for group in groups for sink in group.sinks}
        return [row for row in rows if row[1] not in own]

    def _printed(self, rows: Sequence[FigureRow]) -> list[FigureRow]:
        """The rows of a table by the names that real versions have for them."""
        project = self._program.project
        names = {source.path: source.key for source in project.sources}
        for sink in project.sinks:
            name = f"{sink.group}/{sink.name}" if sink.group else sink.name  # as they are written, slashes and all
            names |= {sink.id: name, f"{sink.id}{BACKUP}": f"{name}{BACKUP}"}
        parsed: list[FigureRow] = [("parse_stat", rule, {"total": count}) for rule, count in self.parsed.items()]
        return [*parsed, *((kind, names.get(target, target), figures) for kind, target, figures in rows)]

    def _figures(self, stat: SinkStat) -> dict[str, int]:
        figures = vars(stat) | ({"success": stat.success + stat.dropped} if self._with_rescue else {})
        return {name: value for name, value in figures.items() if value or name != "refused"}
