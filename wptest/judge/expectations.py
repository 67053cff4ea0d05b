"""What a scenario says must hold, checked against the run: `check:` steps and `then:`."""

from __future__ import annotations

from collections.abc import Iterator

from engine.units import format_duration
from wptest.judge.facts import Facts, Path
from wptest.judge.on_files import check_checkpoint, check_rescue, check_validate
from wptest.judge.on_lines import check_ledger, check_replay, check_sinks
from wptest.judge.on_processes import check_exit, check_logs, check_metrics, check_output, check_timing
from wptest.judge.own import check_own
from wptest.judge.readable import if_readable
from wptest.shapes.events import causes_of
from wptest.words.expect import Check, Then
from wptest.words.failures import Failure
from wptest.words.finding import Finding

_CHECKS = (
    check_exit,
    check_rescue,
    check_sinks,
    check_replay,
    check_ledger,
    check_checkpoint,
    check_logs,
    check_output,
    check_timing,
    check_metrics,
    check_validate,
    check_own,
)


def check_all(facts: Facts, check: Check, path: Path) -> list[Finding]:
    """What of `check`, which stands at `path` in the scenario, doesn't hold now."""
    return [
        finding
        for each in _CHECKS
        for finding in if_readable(facts.machine, lambda each=each: list(each(facts, check, path)))  # type: ignore[misc]
    ]


def check_happened(facts: Facts, then: Then, path: Path) -> list[Finding]:
    """What should have happened and didn't (unverified), or shouldn't have and did (failed)."""
    found = []
    for index, event in enumerate(then.must_happen):
        if not facts.history.events(event):
            place = (*path, "must_happen", index)
            found.append(facts.unproved(place, f"{event} never happened", Failure.NEVER_HAPPENED))
    for index, event in enumerate(then.must_not_happen):
        found += _unwanted(facts, event, (*path, "must_not_happen", index))
    return found


def _unwanted(facts: Facts, event: str, path: Path) -> Iterator[Finding]:
    """An event that happened; and one that could not, as no program ran that brings it about."""
    if seen := facts.history.events(event):
        first = seen[0]
        message = f"expected no {event}, got {len(seen)}, the first at {format_duration(first.time)}"
        evidence = [f"{first.process}: {event}", *(f"{name}: {value}" for name, value in first.fields.items())]
        yield facts.finding(Failure.HAPPENED, path, message, evidence)
        return
    causes = sorted(causes_of(event))
    if causes and not any(facts.history.events("program.started", program) for program in causes):
        names = " or ".join(causes)
        message = f"{event} comes of {names} alone, which was never started"
        yield facts.unproved(path, message, help_=f"let a step start {names}, or take it out")
