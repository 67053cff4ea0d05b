"""`metrics`: what programs' monitors reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, final

from pydantic import PlainValidator

from engine.units import format_duration
from wptest.shapes import written
from wptest.shapes.values import Comparison, Pattern, ProcessKey
from wptest.shapes.wildcards import Glob
from wptest.words.expectation import OfPrograms, Sought, comparison_or
from wptest.words.facts import Facts, Findings
from wptest.words.failures import Failure
from wptest.words.registry import nothing

if TYPE_CHECKING:
    from engine.kernel import Event

_REPORTS = 3


def _figure(value: Any) -> Comparison | Literal["growing"]:
    return "growing" if value == "growing" else comparison_or(value, "growing")


Figure = Annotated[Comparison | Literal["growing"], PlainValidator(_figure), written.FIGURE_SCHEMA]
StatName = Literal["sink_stat", "pick_stat"]
FigureName = Literal["total", "success", "rescued", "dropped", "failures", "refused"]
ReportedFigures = Mapping[FigureName, Comparison | Literal["growing"]]


@final
class MonitorFigures(OfPrograms[Mapping[StatName, Mapping[Glob, ReportedFigures]]]):
    """What a program's monitor reported: `pick_stat` by file, `sink_stat` by sink."""

    key = "metrics"
    order = 100
    examples = ({"wprescue": {"sink_stat": {"a": {"success": 450}}}},)
    value = dict[ProcessKey, dict[StatName, dict[Pattern, dict[FigureName, Figure]]]]
    amounts = obstacles = nothing

    def patterns(self) -> Iterable[Sought]:
        """See `Expectation.patterns`."""
        for process, stat, pattern, _ in self._all():
            kind: Literal["sink", "read file"] = "sink" if stat == "sink_stat" else "read file"
            yield Sought(kind, pattern, (process, stat, str(pattern)))

    def judge(self, facts: Facts) -> Findings:
        """See `Expectation.judge`."""
        for process, stat, pattern, figures in self._all():
            here = facts.at(process, stat, str(pattern))
            reports = facts.events("monitor.stat", process)
            found = [event for event in reports if _is_of(event, stat, pattern)]
            if not found:
                yield here.unproved((), f"{process} reported no {stat} of {pattern}")
            for target in dict.fromkeys(str(event.fields["target"]) for event in found):
                series = [event for event in found if event.fields["target"] == target]
                yield from _compare(here, figures, series)

    def _all(self) -> Iterator[tuple[str, StatName, Glob, ReportedFigures]]:
        for process, stats in self.expected.items():
            for stat, targets in stats.items():
                for pattern, figures in targets.items():
                    yield process, stat, pattern, figures


def _compare(facts: Facts, figures: ReportedFigures, series: list[Event]) -> Findings:
    """Compare the figures of one target, from its first report to its last."""
    target = series[0].fields["target"]
    for name, expected in figures.items():
        values = [int(event.fields.get(name) or 0) for event in series]
        if expected != "growing":
            what, place = f"{name} of {target}", (name,)
            reports = _reports(series, name)
            yield from facts.compare(Failure.METRICS, place, expected, values[-1], what=what, evidence=reports)
        elif values != sorted(set(values)) or len(values) == 1:
            listed = ", ".join(map(str, values[:10]))
            message = f"{name} of {target}: expected growing from report to report, got {listed}"
            yield facts.finding(Failure.METRICS, (name,), message, _reports(series, name))


def _reports(series: list[Event], name: str) -> Iterator[str]:
    """The last reports of a figure."""
    for event in series[-_REPORTS:]:
        yield f"reported at {format_duration(event.time)}: {event.fields.get(name)}"


def _is_of(event: Event, stat: str, pattern: Glob) -> bool:
    return event.fields["stat"] == stat and pattern.matches(str(event.fields["target"]))
