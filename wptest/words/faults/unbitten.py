"""Why a fault never bit: which operations there were, on which files and when, and what to change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from engine.storage.faults import FaultRule
from engine.storage.glob import path_pattern
from engine.units import format_duration
from wptest.words.change import Why
from wptest.words.doings import Deed, Doings, LaterDoings, told_on
from wptest.words.file_operation import written_name

_ANY = 0.0  # how alike two paths have to be: the nearest is named however far it is


def why_unbitten(rule: FaultRule, done: LaterDoings) -> Why:
    """Why a rule bit nothing of what was `done` since it came into force."""
    doings = done.ever
    fits = path_pattern(rule.pattern).fullmatch
    there = {deed: times for deed, times in doings.times.items() if fits(deed[1])}
    wanted = _of(rule, there)
    if rule.spared:
        which, help_ = rule.spares
        return Why((f"{_asked(rule)}s that it met: {rule.bitten}, and {which}",), help_)
    if rule.seen:
        evidence = f"matching operations since then: {rule.seen}, and the first to fail is number {rule.nth}"
        return Why((evidence,), "give it a smaller 'nth'")
    if wanted:
        return _too_early_or_late(rule, done, wanted)
    return _elsewhere(rule, doings, there)


def _too_early_or_late(rule: FaultRule, done: LaterDoings, wanted: Mapping[Deed, int]) -> Why:
    when = done.ever.last
    last = max(wanted, key=lambda deed: when[deed])
    number, since = sum(wanted.values()), format_duration(rule.since)
    until = f" to {format_duration(rule.until)}" if rule.until is not None else " on"
    evidence = (
        f"such operations: {number}, the last at {format_duration(when[last])}: {written_name(last[0])} {last[1]}",
        f"the fault was there from {since}{until}",
    )
    if done.times.keys().isdisjoint(wanted):
        return Why(evidence, "let it begin before these operations, or have something done after it")
    return Why(evidence, "give it another time, or a longer one; of two faults the first bites what both match")


def _elsewhere(rule: FaultRule, doings: Doings, there: Mapping[Deed, int]) -> Why:
    """No such operation was on a path that it is for; `there` are others that were."""
    if not doings.times:
        return Why(("no program did anything to a file",), "start a program after it")
    wanted = _of(rule, doings.times)
    nearest = tuple(_nearest(rule, wanted))
    plain = rule.pattern.rstrip("/")
    if any(path.startswith(f"{plain}/") for _, path in doings.times):
        evidence = (f"{plain} is a directory, and without '/**' it is nothing but the directory itself", *nearest)
        return Why(evidence, f'write on: "{plain}/**" for what is in it')
    if there:
        others = tuple(told_on(there))
        return Why((f"no {_asked(rule)} on such a file", *others), "let one of these operations fail")
    anywhere = f"**/{rule.pattern}"
    if any(path_pattern(anywhere).fullmatch(path) for _, path in doings.times):
        evidence = (f"'{rule.pattern}' is for files at the top: '*' stays within one part of a path", *nearest)
        return Why(evidence, f'write on: "{anywhere}" for such files anywhere')
    return Why(nearest, "let 'on' match one of these paths" if wanted else "let another operation fail")


def _nearest(rule: FaultRule, wanted: Mapping[Deed, int]) -> Iterator[str]:
    """The operations that it is for, on the files below its path or those that are called most like it."""
    if not wanted:
        yield f"no program did any {_asked(rule)}"
        return
    plain = rule.pattern.rstrip("/")
    paths = list(dict.fromkeys(path for _, path in wanted))
    below = [path for path in paths if path.startswith(f"{plain}/")]
    yield from told_on(wanted, below or get_close_matches(plain, paths, n=len(paths), cutoff=_ANY))


def _of(rule: FaultRule, done: Mapping[Deed, int]) -> dict[Deed, int]:
    """What is of the operations that it is for."""
    return {deed: times for deed, times in done.items() if not rule.operations or deed[0] in rule.operations}


def _asked(rule: FaultRule) -> str:
    return " or ".join(sorted(written_name(operation) for operation in rule.operations)) or "operation"
