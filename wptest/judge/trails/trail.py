"""Where a line was seen: what a finding shows of lines that are lost, doubled, or where they should not be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from engine.machine import Machine
from engine.storage.disk_port import read_all
from wptest.judge.history import History
from wptest.judge.line_counts import split_lines, whole_lines
from wptest.judge.rescue_names import has_quarantine_name, put_aside, rescue_bytes, rescue_file_of
from wptest.judge.trails.arrivals import arrivals_of
from wptest.text.wording import line_text
from wptest.words.finding import Sighting, Trail

_MOST = 3  # lines that are shown, and places of the first of them


def trail_of(history: History, lines: Iterable[bytes], target: str, *, stands: bool = True) -> Trail:
    """The first of the lines, where it was last seen before it came (or should have come) to the target, and more.

    It also says where the line stands there, unless it is one that should and doesn't.
    """
    shown = list(islice(lines, _MOST))
    if not shown:
        return Trail(())
    trail = Trail(tuple(map(line_text, shown)), _last_seen(history, shown[0]), target)
    return _standing(history, trail, shown[0]) if stands else trail


def trail_of_torn(history: History, fragment: bytes, target: str) -> Trail:
    """The end of a target that is a part of a line, and where the whole of it was last seen."""
    owed = history.ledger.dues.lines().get(target, ())
    whole = next((line for line in owed if line.startswith(fragment)), None)
    last = None if whole is None else _last_seen(history, whole)
    return _standing(history, Trail((line_text(fragment),), last, target), fragment)


def trail_of_waiting(history: History, path: str) -> Trail:
    """The first lines that wait in a rescue file, or in quarantine, and where they are: in it."""
    first = rescue_file_of(path) if has_quarantine_name(path) else path
    lines = _waiting(history, path)
    shown = [(number, line) for number, line in enumerate(lines, 1) if line.strip()][:_MOST]
    last = Sighting(path, shown[0][0]) if shown else None
    target = history.ledger.names.target(history.ledger.inventory.moved_files.first_name(first))
    return Trail(tuple(line_text(line) for _, line in shown), last, target)


def _waiting(history: History, path: str) -> list[bytes]:
    if has_quarantine_name(path):
        return [each.line for each in put_aside(history.machine, path)]
    return split_lines(rescue_bytes(history.machine, path))


def trail_of_unread(machine: Machine, path: str, number: int) -> Trail:
    """The first of the last so many whole lines of an input, which nobody has read."""
    lines = split_lines(whole_lines(read_all(machine.disk, path)))
    first = len(lines) - number
    return Trail(tuple(map(line_text, lines[first:][:_MOST])), Sighting(path, first + 1))


def _standing(history: History, trail: Trail, line: bytes) -> Trail:
    """The trail with where the line stands in the target, and who brought it there."""
    lines = split_lines(history.ledger.inventory.content(trail.target))
    numbers = tuple(islice((number for number, each in enumerate(lines, 1) if each == line), _MOST))
    return replace(trail, stands=numbers, came=arrivals_of(history, trail.target, numbers, len(lines)))


def _last_seen(history: History, line: bytes) -> Sighting | None:
    for replayed in reversed(history.replays):
        if number := _number(replayed.lines, line):
            removed = replayed.time if replayed.removed_at is not None else None
            return Sighting(replayed.path, number, replayed.began, removed)
    for path, lines in history.ledger.dues.sources():
        if number := _number(lines, line):
            return Sighting(path, number)
    return None


def _number(lines: Iterable[bytes], line: bytes) -> int | None:
    return next((number for number, each in enumerate(lines, 1) if each == line), None)
