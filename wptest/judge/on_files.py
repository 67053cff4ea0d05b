"""Expectations on files: `rescue`, `checkpoint`, and the project's own by `validate`."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rescue.checkpoint import CheckpointError, read_entries
from engine.rescue.name import is_locked_name, is_released
from engine.storage.disk import read_all
from engine.verdict import Count, Counts, judge
from engine.verdict.counts import counted_sinks
from engine.verdict.model import Row
from wptest.judge.account import Account
from wptest.judge.facts import Facts, Path
from wptest.judge.whereabouts import why_nothing
from wptest.words.expect import Check
from wptest.words.failures import Failure
from wptest.words.finding import Finding


def check_rescue(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """How many rescue files there are."""
    if check.rescue is None:
        return
    files = facts.rescue_files
    for key, expected, belongs in (
        ("dat", check.rescue.dat, is_released),
        ("lock", check.rescue.lock, is_locked_name),
    ):
        found = [file for file in files if belongs(file)]
        what = "released rescue files (.dat)" if key == "dat" else "rescue files being written (.dat.lock)"
        place = (*path, "rescue", key)
        evidence = (f"there is: {file}" for file in found)
        yield from facts.compare(Failure.RESCUE_FILES, place, expected, len(found), what=what, evidence=evidence)


def check_checkpoint(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """Which entries the checkpoint has: exactly these."""
    if check.checkpoint is None:
        return
    place = (*path, "checkpoint")
    try:
        entries = read_entries(facts.machine.disk, facts.project.rescue_root)
    except CheckpointError as error:
        yield facts.finding(Failure.CHECKPOINT, place, f"the checkpoint can't be read: {error}")
        return
    left = dict(entries)
    evidence = [f"the checkpoint says: {entry.lines} lines of {file}" for file, entry in entries.items()]
    for pattern, expected in check.checkpoint.items():
        matching = [file for file in entries if pattern.matches(file)]
        if not matching:
            message = f"the checkpoint: expected an entry like {pattern}, got none"
            yield facts.finding(Failure.CHECKPOINT, (*place, str(pattern)), message, evidence)
        for file in matching:
            left.pop(file, None)
            lines = entries[file].lines
            what = f"lines of {file} that the checkpoint says are done"
            yield from facts.compare(Failure.CHECKPOINT, (*place, str(pattern)), expected, lines, what=what)
    if left:
        wanted = f"only {len(check.checkpoint)} kinds of entries" if check.checkpoint else "no entry"
        message = f"the checkpoint: expected {wanted}, got also one of {', '.join(left)}"
        yield facts.finding(Failure.CHECKPOINT, place, message, evidence)


def check_validate(facts: Facts, check: Check, path: Path) -> Iterator[Finding]:
    """The verdict of the project's own expectations, as wproj gives it, over what the ledger knows."""
    if check.validation is None:
        return
    place, verdict = (*path, "validate"), judge(facts.project, _counts(facts))
    if verdict.outcome.lower() == check.validation:
        for row in verdict.rows:
            if row.verdict == "OK" and row.sink is not None and row.evidence.lines + row.evidence.waiting == 0:
                yield from _got_nothing(facts, place, row)
        return
    evidence = tuple(f"{item.place}: {item.message}" for item in verdict.items)
    if verdict.outcome == "UNVERIFIED":
        yield facts.unproved(place, "the project's expectations had nothing to judge", evidence=evidence)
    elif verdict.outcome == "WARN" and check.validation == "pass" and not verdict.missed:
        message = "the project's verdict: some of its expectations could not be judged"
        yield facts.unproved(place, message, evidence=evidence)
    else:
        message = f"the project's verdict: expected {check.validation}, got {verdict.headline}"
        yield facts.finding(Failure.VALIDATE, place, message, evidence)


def _got_nothing(facts: Facts, path: Path, row: Row) -> Iterator[Finding]:
    """A share that is within its tolerance although there is not a line of it."""
    sink = next(
        sink for group, sink in counted_sinks(facts.project) if (group.name, sink.name) == (row.group, row.sink)
    )
    if sink.expect is not None and sink.expect.ratio:
        message = f"{sink.id} got nothing, and what the project expects of it holds: {row.evidence.expected}"
        help_ = "let it get lines, or expect less by a smaller tolerance"
        yield facts.unproved(path, message, Failure.GOT_NOTHING, why_nothing(facts, sink), help_=help_)


def _counts(facts: Facts) -> Counts:
    """The lines of each sink, and those that wait for it or are there again."""
    disk, accounts = facts.machine.disk, facts.ledger.accounts()
    counts = {}
    for group, sink in counted_sinks(facts.project):
        target = sink.path or ""
        account = accounts.get(target, Account())
        lines = read_all(disk, target).count(b"\n")
        waiting = account.rescued + account.stranded
        counts[group.name, sink.name] = Count(lines, waiting, account.duplicates.total())
    source = facts.project.source
    read = read_all(disk, source.path).count(b"\n") if source.enabled else 0
    accepted = facts.ledger.accepted - facts.history.accepted_before
    return Counts(counts, read, accepted or None)
