"""Expectations on lines: `sinks`, `replay`, `ledger`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.kernel import Event
from engine.project.model import SinkConf
from engine.units import SECOND
from engine.verdict.ratios import is_within
from wptest.judge.account import Account
from wptest.judge.facts import Facts, Path
from wptest.judge.ledger import PLACES
from wptest.judge.lines import count_lines, split_lines
from wptest.judge.on_content import check_content
from wptest.judge.trail import trail_of
from wptest.judge.whereabouts import why_nothing
from wptest.shapes.values import Comparison
from wptest.text.wording import line_text
from wptest.words.expect import Check, SinkResult
from wptest.words.failures import Failure
from wptest.words.finding import Finding

_SHARED_OUT = (
    "make a group of each, with a 'rule' of its own, and share the lines out: "
    "given: {source: {rules: {RULE: 70, OTHER: 30}}}"
)


def check_sinks(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """What each sink got."""
    for name, expected in check.sinks.items():
        sink = facts.project.sink(name)
        assert sink is not None, "a scenario names sinks of its project only"
        data = facts.ledger.target(sink.path) if sink.path else b""
        count = count_lines(data) if sink.path else facts.machine.deliveries.total(sink.id)
        place = (*path, "sinks", name)
        found = list(_of_sink(facts, place, sink, expected, data=data, count=count))
        yield from found
        if not count and not found and _holds_for_anything(expected):
            message = f"{name} got nothing, and what is expected of it holds all the same"
            evidence, help_ = why_nothing(facts, sink), "let it get lines, or say so: lines: 0"
            yield facts.unproved(place, message, Failure.GOT_NOTHING, evidence, help_=help_)


def _of_sink(
    facts: Facts, place: Path, sink: SinkConf, expected: SinkResult, *, data: bytes, count: int
) -> Iterator[Finding]:
    booked = _booked(facts, sink)
    what, lines = f"lines of {place[-1]}", (*place, "lines")
    yield from facts.compare(Failure.SINK_LINES, lines, expected.lines, count, what=what, evidence=booked)
    yield from _ratio(facts, place, expected, sink, count)
    yield from _rates(facts, place, sink.id, expected)
    if expected.marked is not None:
        yield from _marks(facts, (*place, "marked"), expected.marked, split_lines(data))
    if expected.content is not None:
        yield from check_content(facts, (*place, "content"), expected.content, data)


def _holds_for_anything(expected: SinkResult) -> bool:
    """Whether nothing in it says by number that the sink may get nothing: it holds by accident."""
    at_most = expected.lines is not None and expected.lines.op in ("==", "<=", "<")
    exact = expected.content.exact if expected.content is not None else None
    return not (at_most or expected.ratio == 0 or expected.marked == () or (exact is not None and not exact))


def _booked(facts: Facts, sink: SinkConf) -> Iterator[str]:
    """What the ledger knows of a sink's lines, and where they went that should have come."""
    account = facts.ledger.accounts().get(sink.path or sink.id, Account())
    places = {place: getattr(account, place) for place in PLACES} | {"lost": account.lost.total()}
    parts = [f"{number} {place}" for place, number in places.items() if number]
    yield f"the ledger: {account.owed} owed, {', '.join([f'{account.delivered} delivered', *parts])}"
    yield from why_nothing(facts, sink)


def _ratio(facts: Facts, path: Path, expected: SinkResult, sink: SinkConf, lines: int) -> Iterator[Finding]:
    if expected.ratio is None:
        return
    place = (*path, "ratio")
    total = facts.ledger.accepted
    if not total:
        yield facts.unproved(place, "no input was read, so there is no ratio")
    elif not is_within(lines / total, expected.ratio, expected.tol or 0):
        tolerance = f" within {expected.tol}" if expected.tol else ""
        got = f"{lines / total:.6f} ({lines} of {total} lines)"
        message = f"share of {path[-1]}: expected {expected.ratio}{tolerance}, got {got}"
        together = _together(facts, sink) if lines / total > expected.ratio else ()
        evidence = [*_booked(facts, sink), *together]
        yield facts.finding(Failure.RATIO, place, message, evidence, help_=_SHARED_OUT if together else "")


def _together(facts: Facts, sink: SinkConf) -> tuple[str, ...]:
    """That a sink gets what the others of its group get: nothing is shared out among them."""
    group = next((each for each in facts.project.groups if sink in each.sinks), None)
    if group is None or len(group.sinks) < 2 or sink.filtered:
        return ()
    return (f"every line of a group goes to each of its sinks: {', '.join(each.name for each in group.sinks)}",)


def _rates(facts: Facts, path: Path, sink: str, expected: SinkResult) -> Iterator[Finding]:
    if expected.max_rate is None and expected.min_rate is None:
        return
    delivered = [event for event in facts.history.events("sink.delivered") if event.fields["sink"] == sink]
    rate = _average(delivered)
    for key, bound, low in (("max_rate", expected.max_rate, False), ("min_rate", expected.min_rate, True)):
        if bound is None:
            continue
        if rate is None:
            message = f"{sink} got its lines at one moment or none at all, so there is no rate"
            yield facts.unproved((*path, key), message)
        elif rate < bound if low else rate > bound:
            word = "least" if low else "most"
            message = f"average speed of {sink}: expected at {word} {bound:g} lines/s, got {rate:.1f}"
            yield facts.finding(Failure.SPEED, (*path, key), message)


def _average(delivered: list[Event]) -> float | None:
    """Lines per second from the first batch to the last, without the first's own."""
    if not delivered or delivered[-1].time == delivered[0].time:
        return None
    lines = sum(int(event.fields["lines"] or 0) for event in delivered[1:])
    return lines * SECOND / (delivered[-1].time - delivered[0].time)


def _marks(facts: Facts, path: Path, expected: tuple[str, ...], lines: list[bytes]) -> Iterator[Finding]:
    marks = [facts.marks.get(line, "unmarked") for line in lines]
    for number, (want, got) in enumerate(zip(expected, marks, strict=False), 1):
        if want != got:
            message = f"mark of line {number}: expected {want}, got {got}"
            yield facts.finding(Failure.MARKS, path, message, [f"the line: {line_text(lines[number - 1])}"])
            return
    if len(expected) != len(marks):
        message = f"number of marked lines: expected {len(expected)}, got {len(marks)}"
        more = [f"the first too many: {line_text(line)}" for line in lines[len(expected) :][:1]]
        yield facts.finding(Failure.MARKS, path, message, more)


def check_replay(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """Which files were replayed in which order, and what became of the lines."""
    if check.replay is None:
        return
    place = (*path, "replay")
    replayed = [each.path for each in facts.history.replays]
    if not replayed:
        yield facts.unproved(place, "nothing was replayed, so there is nothing to check")
        return
    if check.replay.files is not None:
        patterns = check.replay.files
        fits = len(patterns) == len(replayed) and all(
            pattern.matches(file) for pattern, file in zip(patterns, replayed, strict=True)
        )
        if not fits:
            message = f"replayed files, in order: expected {_listed(patterns)}; got {_listed(replayed)}"
            yield facts.finding(Failure.REPLAYS, (*place, "files"), message)
    for key, expected in (("duplicates", check.replay.duplicates), ("lost", check.replay.lost)):
        yield from _counted(facts, (*place, key), key, expected)


def check_ledger(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """How many lines are in each place of the ledger."""
    for key, expected in check.ledger or ():
        yield from _counted(facts, (*path, "ledger", key), key, expected)


def _counted(facts: Facts, path: Path, key: str, expected: Comparison | None) -> Iterator[Finding]:
    """Compare the number of lines in one place of the ledger, over all targets."""
    if expected is None:
        return
    accounts = facts.ledger.accounts()
    if key in ("issued", "accepted"):
        found = {"": int(getattr(facts.ledger, key))}
    elif key in ("lost", "duplicates"):
        found = {target: getattr(account, key).total() for target, account in accounts.items()}
    else:
        found = {target: int(getattr(account, key)) for target, account in accounts.items()}

    def evidence() -> Iterator[str]:
        for target, number in found.items():
            if target and number:
                yield f"for {target}: {number}"
                if key in ("lost", "duplicates"):
                    where = target if key == "duplicates" else None
                    yield from trail_of(facts.history, getattr(accounts[target], key), target=where)

    what = {"lost": "lost lines", "duplicates": "lines that a sink got twice"}.get(key, f"lines {key}")
    yield from facts.compare(Failure.LEDGER, path, expected, sum(found.values()), what=what, evidence=evidence())


def _listed(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items) or "none"
