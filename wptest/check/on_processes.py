"""Expectations on processes: `exit`, `log`, `timing`, `metrics`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.kernel import Event
from engine.units import format_duration
from wptest.check.facts import Facts, Path
from wptest.check.finding import Finding, Outcome
from wptest.language.expect import Check, Figure, FigureName, LogExpect, TimingExpect
from wptest.language.glob import Glob


def check_exit(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """The exit codes of processes that have ended."""
    for process, expected in check.exit.items():
        code = facts.history.last_exit.get(process)
        place = (*path, "exit", process)
        if code is None:
            yield facts.finding(place, f"{process} has not ended, expected it to exit with {expected}")
        else:
            yield from facts.compare(place, expected, code, f"{process} exited with")


def check_logs(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """What processes logged."""
    for process, expected in check.log.items():
        messages = [
            str(event.fields["message"])
            for event in facts.machine.trace.events
            if event.kind == "log" and event.process == process
        ]
        yield from _log(facts, expected, messages, (*path, "log", process))


def _log(facts: Facts, expected: LogExpect, messages: list[str], path: Path) -> Iterator[Finding]:
    rest = iter(messages)
    for index, pattern in enumerate(expected.in_order):
        if not any(pattern.matches(message) for message in rest):
            ever = any(pattern.matches(message) for message in messages)
            why = "was logged, but not after the lines before it" if ever else "was never logged"
            yield facts.finding((*path, index), f"'{pattern}' {why}")
            break
    for index, pattern in enumerate(expected.never):
        if found := [message for message in messages if pattern.matches(message)]:
            yield facts.finding((*path, "never", index), f"'{pattern}' was logged: {found[0]}")
    for pattern, times in expected.exactly.items():
        actual = sum(pattern.matches(message) for message in messages)
        if actual != times:
            message = f"'{pattern}' was logged {actual} times, expected {times}"
            yield facts.finding((*path, "exactly", str(pattern)), message)


def check_timing(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """How long processes ran."""
    for process, expected in check.timing.items():
        place = (*path, "timing", process)
        duration = _duration(facts.machine.trace.events, process)
        if duration is None:
            yield facts.finding(place, f"{process} has not ended, so there is no duration", Outcome.UNVERIFIED)
        else:
            yield from _timing(facts, expected, duration, place)


def _timing(facts: Facts, expected: TimingExpect, duration: int, path: Path) -> Iterator[Finding]:
    ran = f"{path[-1]} ran for {format_duration(duration)}"
    if expected.within is not None and duration > expected.within:
        yield facts.finding((*path, "within"), f"{ran}, expected {format_duration(expected.within)} at most")
    if expected.at_least is not None and duration < expected.at_least:
        yield facts.finding((*path, "at_least"), f"{ran}, expected {format_duration(expected.at_least)} at least")


def _duration(events: list[Event], process: str) -> int | None:
    started = ended = None
    for event in events:
        if event.process == process and event.kind == "program.started":
            started, ended = event.time, None
        elif event.process == process and event.kind in ("program.exited", "program.killed"):
            ended = event.time
    return None if started is None or ended is None else ended - started


def check_metrics(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """What the monitors of processes reported."""
    for process, stats in check.metrics.items():
        events = facts.machine.trace.events
        reports = [event for event in events if event.kind == "monitor.stat" and event.process == process]
        for stat, targets in stats.items():
            for pattern, figures in targets.items():
                place = (*path, "metrics", process, stat, str(pattern))
                found = [event for event in reports if _is_of(event, stat, pattern)]
                if not found:
                    yield facts.finding(place, f"{process} reported no {stat} of {pattern}", Outcome.UNVERIFIED)
                for target in dict.fromkeys(str(event.fields["target"]) for event in found):
                    series = [event for event in found if event.fields["target"] == target]
                    yield from _figures(facts, figures, series, place)


def _figures(
    facts: Facts, figures: Mapping[FigureName, Figure], series: list[Event], path: Path
) -> Iterator[Finding]:
    """The figures of one target, from its first report to its last."""
    target = series[0].fields["target"]
    for name, expected in figures.items():
        values = [int(event.fields.get(name) or 0) for event in series]
        if expected != "growing":
            yield from facts.compare((*path, name), expected, values[-1], f"{name} of {target}:")
        elif values != sorted(set(values)) or len(values) == 1:
            message = f"{name} of {target} didn't grow from report to report: {values[:10]}"
            yield facts.finding((*path, name), message)


def _is_of(event: Event, stat: str, pattern: Glob) -> bool:
    return event.fields["stat"] == stat and pattern.matches(str(event.fields["target"]))
