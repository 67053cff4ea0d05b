"""Allowances that nothing fell under: they may hide what nobody looks for any more."""

from __future__ import annotations

from collections.abc import Iterator

from wptest.run.world import World
from wptest.words.expectations.allowances import Allowances


def unused_allowances(world: World) -> Iterator[str]:
    """A remark for each number that a scenario allows, and that nothing came near.

    What another variant or a run of an exploration may use isn't told, nor what says that there is none.
    """
    allow, variant = world.scenario.then.get(Allowances), world.variant
    if allow is None or variant.id or world.scenario.explore is not None or world.is_off_course:
        return
    for name, bound in allow.bounds.items():
        if name not in world.invariants.excused and not bound.says_none:
            line = variant.document.key_span_of(("then", "allow", name)).line
            what = f"'allow: {{{name}: {bound}}}' on line {line} excuses nothing"
            yield f"{variant.name}: {what}, and would hide it if that ever changed"
