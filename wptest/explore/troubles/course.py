"""A scenario's run from its beginning, with troubles that strike it, and what other troubles could come in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.units import SECOND
from wptest.explore.crashes.promised import Promised
from wptest.explore.crashes.recorder import CrashCounts, Finder, Recorder, disk_for, no_preparation
from wptest.explore.crashes.restart import unrecorded
from wptest.explore.troubles.kinds import Troubles
from wptest.explore.troubles.strikes import Strike, strike_all
from wptest.run.result import Result
from wptest.run.running import Prepare, run_on
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant

PATIENCE = 20 * SECOND  # so much longer than without trouble a run may take before all trouble is over


@dataclass(frozen=True, slots=True)
class Course:
    """What came of a run, and what there was to explore in it."""

    result: Result
    counts: CrashCounts


def run_course(
    variant: LoadedVariant,
    troubles: Troubles,
    options: RunOptions,
    finder: Finder | None = None,
    prepare: Prepare = no_preparation,
    *,
    strikes: Sequence[Strike] = (),
) -> Course:
    """Run a scenario once; `finder` is told of every trouble that could come after `strikes`, and what it leaves.

    `prepare` may do something to the world before anything happens in it.
    """
    disk, counts = disk_for(troubles), CrashCounts()

    def attach(world: World) -> None:
        nonlocal counts
        prepare(world)
        if strikes or finder is not None:
            world.go_off_course()
        strike_all(strikes, troubles.during, world)
        if finder is not None:
            promised = Promised.at_start(world.ledger.dues.lines(), disk, world.project.rescue_root)
            since = max((each.number for each in strikes), default=1)
            recorder = Recorder(world, disk, troubles, promised=promised, crashes=(), finder=finder, since=since)
            counts = recorder.counts
            world.when_over.append(recorder.end)

    result = run_on(disk, variant, unrecorded(options), attach)
    return Course(result, counts)


def limited(variant: LoadedVariant, took: int) -> LoadedVariant:
    """A variant to be struck that takes so long without that: a sink that stays down would be tried for ever."""
    own, limit = variant.scenario.limit, took + PATIENCE
    limit = limit if own is None else min(limit, own)
    return replace(variant, scenario=variant.scenario.model_copy(update={"limit": limit}))
