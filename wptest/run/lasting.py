"""What steps have put into force and nobody has ended: permission bits, sizes of directories, faults.

A fault is healed by the closing phase. Permission bits and sizes are how the disk is: whoever sets them by a step
takes them back by another one, or in the cleanup. Where something doesn't come to its end, what stands in its way
is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.machine import Machine
from engine.storage import FaultRule
from engine.storage.disk import exists
from engine.storage.modes import ModeChange
from engine.storage.quotas import Room
from wptest.text.wording import so_many

_OWNER = 0o700  # who all programs run as

Trouble = ModeChange | Room | FaultRule


class InForce(NamedTuple):
    """What is still in force, in words, and the step that would end it."""

    text: str
    end: str


class Lasting:
    """Keeps what was put into force, and by which step."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._put: list[tuple[str, Trouble]] = []

    def note(self, where: str, what: object) -> None:
        """A step, in words, has changed something: kept if it may be trouble."""
        if isinstance(what, ModeChange | Room | FaultRule):
            self._put.append((where, what))

    def now(self) -> list[InForce]:
        """What of it is still in force."""
        latest = {_subject(what): (where, what) for where, what in self._put}
        return [told for where, what in latest.values() for told in self._told(where, what)]

    def _told(self, where: str, what: Trouble) -> Iterator[InForce]:
        match what:
            case ModeChange(path, after=mode) if self._takes(path, mode):
                before = self._mode_before(path)
                yield InForce(f"{path} is still {mode:04o} {where}", f'chmod: {{{path}: "{before:04o}"}}')
            case Room(directory, size, was_full=True):
                text = f"{directory} is full: {so_many(size, 'byte')} fit into it {where}"
                yield InForce(text, f"disk: {{{directory}: {{size: ...}}}}")
            case FaultRule() if what in self._machine.storage.faults.rules and self._can_bite(what):
                yield InForce(f"the fault {what.name} on {what.pattern} is still there {where}", "heal: true")

    def _mode_before(self, path: str) -> int:
        """The mode that a path had before any step changed it."""
        return next(each.before for _, each in self._put if isinstance(each, ModeChange) and each.path == path)

    def _takes(self, path: str, mode: int) -> bool:
        """Whether a path still has this mode, and the owner less than before."""
        disk = self._machine.disk
        is_so = exists(disk, path) and disk.stat(path).mode == mode
        return is_so and bool(self._mode_before(path) & ~mode & _OWNER)

    def _can_bite(self, rule: FaultRule) -> bool:
        over = rule.until is not None and self._machine.scheduler.now >= rule.until
        return not over and (rule.times is None or rule.bitten < rule.times)


def _subject(what: Trouble) -> tuple[str, object]:
    match what:
        case ModeChange(path):
            return "mode", path
        case Room(directory):
            return "room", directory
        case _:
            return "fault", id(what)


def evidence_of(found: Sequence[InForce]) -> tuple[str, ...]:
    """What is in force, as evidence of something that doesn't come."""
    return tuple(each.text for each in found)


def ended_by(found: Sequence[InForce], where: str) -> str:
    """One thing to do: the steps that would end it, to be taken there."""
    return f"end it {where}: {', '.join(dict.fromkeys(each.end for each in found))}" if found else ""
