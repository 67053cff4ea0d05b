"""Warnings about a scenario as findings of its run: what they are about proves nothing, whatever came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wptest.run.world import World
from wptest.text.codes import Code
from wptest.words.finding import Finding


def foreseen(world: World, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The parts of the scenario that can prove nothing, as findings besides those that there are.

    A scenario that judges right after a start is warned of only where no other finding tells of it.
    """
    for part in world.variant.unproved:
        code = part.warning.code
        # Other versions log other messages than ours.
        known = not (world.subject.is_real and code is Code.NEVER_SAID)
        if known and not (findings and code is Code.NOT_WAITED):
            yield world.facts.unproved(part.path, part.warning.message, help_=part.warning.help or "")
