"""`nothing_stuck`: no line stays behind for ever where no program will take it, unless the scenario says so.

It is looked at after the closing phase: what a recovery can still take there was not stuck.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.storage.disk_port import read_all
from engine.text.mistake import nearest
from wptest.judge.found import found_now
from wptest.judge.line_counts import split_lines, without_blank
from wptest.judge.rescue_names import PutAside, has_locked_name, has_quarantine_name, has_released_name, put_aside
from wptest.judge.run_facts import RunFacts
from wptest.judge.trails.trail import trail_of_waiting
from wptest.shapes.values import Comparison
from wptest.text.wording import so_many
from wptest.words.expect import Expected
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome

_NAME = "nothing_stuck"
_SHOWN = 3  # files
_RECOVER = "add '- run: wprescue work'"
_UNLOCK = "add '- run: wproj rescue unlock' and '- run: wprescue work'"
_STUCK = ("rescued", "stranded", "quarantined")  # the places that lines can be stuck in


@dataclass(frozen=True, slots=True)
class _Left:
    """A file that lines stay behind in: its place in the ledger, how many lines it has, why, and what to do."""

    path: str
    place: str
    lines: int
    why: str
    action: str


def check_stuck(
    facts: RunFacts, said: Iterable[Expected], allowed: Comparison | None, used: set[str], *, recovers: bool
) -> Iterator[Finding]:
    """Whether lines are stuck, now that nothing runs any more.

    Args:
        facts: the run.
        said: what the scenario says of its end.
        allowed: how many it allows.
        used: gets "stuck" if any are.
        recovers: whether it uses `wprescue`.
    """
    files = [
        path
        for path in facts.rescue_files
        if has_released_name(path) or has_locked_name(path) or has_quarantine_name(path)
    ]
    files += [path for path, _ in facts.ledger.inventory.aside()]
    if not files:
        return
    stuck = {place: sum(facts.counts(place).values()) for place in _STUCK}
    if allowed is not None:
        total = sum(stuck.values())
        used.update(["stuck"] if total else [])
        if total and not allowed.holds(total):
            message = f"{_staying(total)} behind for ever, allowed: {allowed}"
            left = _left(facts, files, stuck, recovers=recovers)
            yield _finding(facts, Outcome.FAILED, message, left, left[0].action)
        return
    # What says by number that there is something; what says that there is nothing doesn't.
    words = [word for check in said for word in check.words]
    known = {place for word in words for place, expected in word.amounts() if not expected.says_none}
    unsaid = {place: number for place, number in stuck.items() if number and place not in known}
    if unsaid:
        message = f"{_staying(sum(unsaid.values()))} behind for ever, and the scenario doesn't say so"
        left = _left(facts, files, unsaid, recovers=recovers)
        say = f"then: {{ledger: {{{left[0].place}: {unsaid[left[0].place]}}}}}"
        help_ = f"{left[0].action}; if they are meant to stay, say so: {say}"
        yield _finding(facts, Outcome.UNVERIFIED, message, left, help_)


def _finding(facts: RunFacts, outcome: Outcome, message: str, left: list[_Left], help_: str) -> Finding:
    evidence = [f"{each.path}: {so_many(each.lines)}, {each.why}" for each in left[:_SHOWN]]
    if more := left[_SHOWN:]:
        evidence.append(f"and {so_many(sum(each.lines for each in more))} in {so_many(len(more), 'more file')}")
    path = ("then", "allow", "stuck") if outcome is Outcome.FAILED else ()
    code = Failure.NOTHING_STUCK
    trail = trail_of_waiting(facts.history, left[0].path)
    return found_now(
        facts.machine, code, message, outcome, name=_NAME, path=path, evidence=evidence, help_=help_, trail=trail
    )


def _staying(lines: int) -> str:
    return f"{so_many(lines)} stay{'s' if lines == 1 else ''}"


def _left(facts: RunFacts, files: list[str], stuck: Mapping[str, int], *, recovers: bool) -> list[_Left]:
    """The files that have what is stuck, those with the most lines first."""
    found = [_look(facts, path, recovers=recovers) for path in files]
    return sorted((each for each in found if stuck.get(each.place) and each.lines), key=lambda each: -each.lines)


def _look(facts: RunFacts, path: str, *, recovers: bool) -> _Left:
    if has_quarantine_name(path):
        return _quarantined(path, put_aside(facts.machine, path))
    lines = len(without_blank(split_lines(read_all(facts.machine.disk, path))))
    if (first := dict(facts.ledger.inventory.aside()).get(path)) is not None:
        return _Left(path, "stranded", lines, "and somebody has moved it away", f"let it be called {first} again")
    if has_locked_name(path):
        why, action = "and its writer is dead: recovery takes released files only", _UNLOCK
        return _Left(path, "stranded", lines, why, action)
    return _Left(path, "rescued", lines, *_why_rescued(facts, path, recovers=recovers))


def _quarantined(path: str, lines: list[PutAside]) -> _Left:
    reasons = dict.fromkeys(each.reason for each in lines)
    told = [f"refused ({reason})" if reason else "not text" for reason in reasons]
    which = "which is" if len(lines) == 1 else "which are"
    why = f"{which} {' or '.join(told)}: nobody reads them again"
    action = "let the lines be text" if "" in reasons else "let the lines be such as the sink takes"
    return _Left(path, "quarantined", len(lines), why, action)


def _why_rescued(facts: RunFacts, path: str, *, recovers: bool) -> tuple[str, str]:
    """Why a released file is still there, and what to do."""
    name = facts.ledger.names.read(path)
    if name is None:
        return "and its name is none of a rescue file", "call it SINK-YYYY-MM-DD_HH:MM:SS.dat"
    if facts.ledger.names.sink(path) is None:
        near = nearest(name.sink, [sink.id for sink in facts.project.sinks])
        called = f"name the file after {near}, the nearest sink" if near else "name it after a sink of the project"
        return f"and there is no sink {name.sink}", called
    if not recovers:
        return "and no recovery was run", _RECOVER
    if path in facts.history.failed:
        return "and recovery has given it up", "look for the reason in its log"
    return "and recovery has not taken it", _RECOVER
