"""Expectations on files: `rescue`, `checkpoint`, and the project's own by `validate`."""

from __future__ import annotations

from collections.abc import Iterator

from engine.project.expect import judge
from engine.rescue.checkpoint import CheckpointError, read_entries
from engine.rescue.name import is_locked_name, is_released
from engine.storage.disk import read_all
from wptest.judge.facts import Facts, Path
from wptest.judge.failure import Failure
from wptest.judge.finding import Finding
from wptest.language.expect import Check


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
    """The verdict of the project's own expectations, as wproj gives it (facts section 7)."""
    if check.validation is None:
        return
    place = (*path, "validate")
    disk = facts.machine.disk
    verdict = judge(
        facts.project, lambda target: read_all(disk, target).count(b"\n"), facts.ledger.accepted or None
    )
    if not verdict.checked:
        message = "the project's expectations had nothing to judge"
        yield facts.unproved(place, message)
    elif verdict.outcome.lower() != check.validation:
        evidence = tuple(f"{item.group}/{item.sink}: {item.message}" for item in verdict.items)
        message = f"the project's verdict: expected {check.validation}, got {verdict.headline}"
        yield facts.finding(Failure.VALIDATE, place, message, evidence)
