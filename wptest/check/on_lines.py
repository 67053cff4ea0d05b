"""Expectations on lines: `sinks`, `replay`, `ledger`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.kernel import Event
from engine.units import SECOND
from wptest.check.facts import Facts, Path
from wptest.check.finding import Finding, Outcome
from wptest.check.lines import split_lines
from wptest.language.expect import Check, SinkResult


def check_sinks(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """What each sink got."""
    targets = {sink.name: sink.path for sink in facts.project.sinks}
    for name, expected in check.sinks.items():
        target = targets.get(name)
        place = (*path, "sinks", name)
        lines = split_lines(facts.ledger.target(target)) if target else []
        count = len(lines) if target else facts.machine.deliveries.total(name)
        yield from facts.compare((*place, "lines"), expected.lines, count, f"{name} has lines:")
        yield from _ratio(facts, place, expected, count)
        yield from _rates(facts, place, name, expected)
        if expected.marked is not None:
            marks = [facts.marks.get(line, "unmarked") for line in lines]
            if marks != list(expected.marked):
                yield facts.finding((*place, "marked"), _first_difference(expected.marked, marks))


def _ratio(facts: Facts, path: Path, expected: SinkResult, lines: int) -> Iterator[Finding]:
    if expected.ratio is None:
        return
    place = (*path, "ratio")
    total = facts.ledger.accepted
    if not total:
        yield facts.finding(place, "no input was read, so there is no ratio", Outcome.UNVERIFIED)
    elif abs(lines / total - expected.ratio) > (expected.tol or 0) + 1e-12:
        tolerance = f" within {expected.tol}" if expected.tol else ""
        message = f"expected ratio {expected.ratio}{tolerance}, got {lines / total:.6f} ({lines} of {total} lines)"
        yield facts.finding(place, message)


def _rates(facts: Facts, path: Path, sink: str, expected: SinkResult) -> Iterator[Finding]:
    if expected.max_rate is None and expected.min_rate is None:
        return
    delivered = [
        event
        for event in facts.machine.trace.events
        if event.kind == "sink.delivered" and event.fields["sink"] == sink
    ]
    rate = _average(delivered)
    for key, bound, low in (("max_rate", expected.max_rate, False), ("min_rate", expected.min_rate, True)):
        if bound is None:
            continue
        if rate is None:
            message = f"{sink} got its lines at one moment or none at all, so there is no rate"
            yield facts.finding((*path, key), message, Outcome.UNVERIFIED)
        elif rate < bound if low else rate > bound:
            yield facts.finding((*path, key), f"{sink} got {rate:.1f} lines/s, expected {bound:g}/s")


def _average(delivered: list[Event]) -> float | None:
    """Lines per second from the first batch to the last, without the first's own."""
    if not delivered or delivered[-1].time == delivered[0].time:
        return None
    lines = sum(int(event.fields["lines"] or 0) for event in delivered[1:])
    return lines * SECOND / (delivered[-1].time - delivered[0].time)


def check_replay(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """Which files were replayed in which order, and what became of the lines."""
    if check.replay is None:
        return
    place = (*path, "replay")
    replayed = [each.path for each in facts.history.replays]
    if not replayed:
        yield facts.finding(place, "nothing was replayed, so there is nothing to check", Outcome.UNVERIFIED)
        return
    if check.replay.files is not None:
        patterns = check.replay.files
        fits = len(patterns) == len(replayed) and all(
            pattern.matches(file) for pattern, file in zip(patterns, replayed, strict=True)
        )
        if not fits:
            message = f"expected replays in this order: {_listed(patterns)}; got: {_listed(replayed)}"
            yield facts.finding((*place, "files"), message)
    accounts = facts.accounts
    for key, expected in (("duplicates", check.replay.duplicates), ("lost", check.replay.lost)):
        actual = sum(getattr(account, key).total() for account in accounts)
        yield from facts.compare((*place, key), expected, actual, f"lines {key}:")


def check_ledger(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """How many lines are in each place of the ledger."""
    if check.ledger is None:
        return
    accounts = facts.accounts
    for key, expected in check.ledger:
        if expected is None:
            continue
        if key in ("issued", "accepted"):
            actual = int(getattr(facts.ledger, key))
        elif key in ("lost", "duplicates"):
            actual = sum(getattr(account, key).total() for account in accounts)
        else:
            actual = sum(int(getattr(account, key)) for account in accounts)
        yield from facts.compare((*path, "ledger", key), expected, actual, f"lines {key}:")


def _listed(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items) or "none"


def _first_difference(expected: Iterable[str], actual: list[str]) -> str:
    wanted = list(expected)
    for place, (want, got) in enumerate(zip(wanted, actual, strict=False), 1):
        if want != got:
            return f"line {place} is marked {got}, expected {want}"
    return f"expected {len(wanted)} marked lines, got {len(actual)}"
