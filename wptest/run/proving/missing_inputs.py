"""Inputs that aren't there: a `wparse` that follows its sources waits for each of them."""

from __future__ import annotations

from collections.abc import Iterator

from wptest.run.world import World


def missing_inputs(world: World) -> Iterator[str]:
    """What a `wparse` that runs waits for, while its other sources have nothing more."""
    if any(program.name == "wparse" for program in world.alive):
        there = world.machine.disk.exists
        missing = [source.path for source in world.project.sources if not there(source.path)]
        yield from (f"wparse waits for its input {path}, which is not there" for path in missing)
