"""What steps have put into force and nobody has ended: permission bits, sizes of directories, faults.

A fault is healed by the closing phase. Permission bits and sizes are how the disk is: whoever sets them by a step
takes them back by another one, or in the cleanup. Where something doesn't come to its end, what stands in its way
is said.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from engine.machine import Machine
from wptest.words.change import InForce, StepChange


class Lasting:
    """Keeps what was put into force, and by which step."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._put: list[tuple[str, StepChange]] = []

    def note(self, where: str, change: StepChange) -> None:
        """A step, in words, has changed something."""
        self._put.append((where, change))

    def now(self) -> list[InForce]:
        """What of it is still in force."""
        first: dict[Hashable, StepChange] = {}
        latest: dict[Hashable, tuple[str, StepChange]] = {}
        for where, change in self._put:
            first.setdefault(change.subject, change)
            latest[change.subject] = where, change
        told = [(where, change.in_force(self._machine, first[what])) for what, (where, change) in latest.items()]
        return [each._replace(text=f"{each.text} {where}") for where, each in told if each is not None]


def as_evidence(found: Sequence[InForce]) -> tuple[str, ...]:
    """What is in force, as evidence of something that doesn't come."""
    return tuple(each.text for each in found)


def ended_by(found: Sequence[InForce], where: str) -> str:
    """One thing to do: the steps that would end it, to be taken there."""
    return f"end it {where}: {', '.join(dict.fromkeys(each.end for each in found))}" if found else ""
