"""What an exploration did and found, as text: the counts first, then each kind of breach with its first example."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from engine.text.display import printable
from wptest.explore.crashes.crash_points import CrashFailure, CrashReport
from wptest.explore.explorations import NotDone, Report
from wptest.explore.failing_operations import ErrorFailure, ErrorReport
from wptest.explore.interleavings import ScheduleReport, SeedFailure
from wptest.explore.swarm import SwarmFailure, SwarmReport
from wptest.text.wording import flow

_SHOWN = 3
Failure = CrashFailure | ErrorFailure | SeedFailure | SwarmFailure


def exploration_text(report: Report, keep: Callable[[Failure], str] = lambda _failure: "") -> list[str]:
    """The lines for one exploration; `keep` keeps a failure that is shown and says under which id."""
    more: list[str] = []
    match report:
        case NotDone():
            return [f"{report.what}: not done: {report.why}"]
        case CrashReport():
            head = f"crash: {_share(report.run, report.possible)} states recovered and checked"
            more = list(_levels(report))
        case ErrorReport():
            head = f"errors: {report.operations:,} operations, {_share(report.run, report.possible)} runs"
            more = [f"  not made to fail: what SQLite does by itself with {path}" for path in report.databases]
        case ScheduleReport():
            head = f"schedule: {_share(report.run, report.possible)} seeds, {report.distinct:,} different runs"
        case SwarmReport():
            head = f"swarm: {_share(report.run, report.possible)} seeds, {_swarm(report)}"
    return [f"{head}: {_verdict(len(report.failures))}", *more, *_examples(report.failures, keep)]


def _how(failure: Failure, kept: str) -> str:
    """What was done; random faults only where nothing else tells of them."""
    match failure:
        case CrashFailure():
            return " | ".join(map(str, failure.crashes))
        case ErrorFailure():
            return str(failure.failing)
        case SeedFailure():
            return f"seed {failure.seed}"
        case SwarmFailure():
            return f"seed {failure.seed}" + ("" if kept else f": {flow(failure.scenario)}")


def _levels(report: CrashReport) -> Iterator[str]:
    """What there was to crash at each depth."""
    new = "different" if report.fresh else "not seen with an earlier variant"
    for depth, (counts, distinct) in enumerate(zip(report.found, report.distinct, strict=True), 1):
        recoveries = f"{_share(report.crashed, report.distinct[0])} recoveries crashed again, " if depth > 1 else ""
        bounded = " (bounded: a power loss may leave more)" if counts.bounded else ""
        operations = f"{counts.operations:,} operations, {counts.images:,} crashes{bounded}"
        yield f"  depth {depth}: {recoveries}{operations}, {distinct:,} {new}"


def _swarm(report: SwarmReport) -> str:
    """Which faults there were, and where they had an effect."""
    drawn = ", ".join(f"{times:,} {kind}" for kind, times in sorted(report.drawn.items()))
    bitten = ", ".join(f"{times:,} {kind} in {process}" for (kind, process), times in sorted(report.bitten.items()))
    return f"{drawn or 'no faults'}; effects: {bitten or 'none'}"


def _share(done: int, possible: int) -> str:
    percent = 100 * done // possible if possible else 100
    return f"{done:,} of {possible:,} ({percent} %)"


def _verdict(broken: int) -> str:
    return f"{broken:,} broke something" if broken else "no breach"


def _examples(failures: Sequence[Failure], keep: Callable[[Failure], str]) -> Iterator[str]:
    """The first that broke each thing: the simplest, since they come in the order of the run."""
    seen: dict[str, int] = {}
    for failure in failures:
        for finding in failure.findings:
            seen[finding.name] = seen.get(finding.name, 0) + 1
            if seen[finding.name] == 1:
                yield f"  {finding.name}: {printable(finding.message)}"
                kept = keep(failure)
                yield f"    {_how(failure, kept)}"
                yield from (f"    {printable(line)}" for line in finding.evidence[:_SHOWN])
                if kept:
                    yield f"    to see it again: wptest replay {kept}"
                    yield f"    or all that happens: wptest timeline --replay {kept}"
    for name, times in seen.items():
        if times > 1:
            yield f"  {name}: {times:,} times in all"
