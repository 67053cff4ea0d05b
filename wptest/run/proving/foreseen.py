"""What was known before the run to prove nothing, whatever came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wptest.run.world import World
from wptest.text.codes import Code
from wptest.words.finding import Finding


def foreseen(world: World, findings: Sequence[Finding]) -> Iterator[Finding]:
    """The parts of the scenario that can prove nothing, as findings besides those that there are.

    That nothing was waited for is told where all seems well: what isn't says so itself.
    """
    for part in world.variant.unproved:
        code = part.warning.code
        # Other versions log other messages than ours.
        known = not (world.subject.is_real and code is Code.NEVER_SAID)
        if known and not (findings and code is Code.NOT_WAITED):
            yield world.facts.unproved(part.path, part.warning.message, help_=part.warning.help or "")
