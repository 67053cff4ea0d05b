"""Running one variant of a scenario, from an empty disk to a result."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.kernel import Livelock
from engine.storage import Disk, MemoryDisk, RealDisk
from wptest.check.expectations import check_all, check_happened
from wptest.check.failure import Failure
from wptest.check.finding import Finding, Outcome, worst
from wptest.language.load import LoadedVariant
from wptest.run.cleanup import clean_up
from wptest.run.closing import close
from wptest.run.director import Director
from wptest.run.result import Result
from wptest.run.world import RunOptions, World


def run_variant(variant: LoadedVariant, options: RunOptions | None = None) -> Result:
    """Run in memory: milliseconds, and the same every time."""
    return run_on(MemoryDisk(), variant, options or RunOptions())


def run_on_real_disk(variant: LoadedVariant, options: RunOptions | None = None) -> Result:
    """Run on the machine's own file system, in a temporary directory; time stays virtual."""
    with TemporaryDirectory(prefix="wptest-") as directory:
        return run_on(RealDisk(Path(directory)), variant, options or RunOptions())


@contextmanager
def _without_collector() -> Iterator[None]:
    """Leave cyclic garbage alone for the milliseconds of a run: looking for it costs a tenth of them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def run_on(
    disk: Disk, variant: LoadedVariant, options: RunOptions, prepare: Callable[[World], None] | None = None
) -> Result:
    """Run a variant on an empty disk: the timeline, the expectations, the cleanup, the closing phase.

    `prepare` may do something to the world before anything happens in it.
    """
    world = World(variant, disk, options)
    if prepare is not None:
        prepare(world)
    director = Director(world)
    findings: list[Finding] = []
    ended = 0

    async def play() -> None:
        nonlocal ended
        await director.play()
        ended = world.machine.scheduler.now
        findings.extend(director.findings)
        findings.extend(_judge(world, director))
        findings.extend(await clean_up(world))
        findings.extend(await close(world))

    scheduler = world.machine.scheduler
    try:
        with _without_collector():
            scheduler.run(scheduler.spawn(play()), max_steps=options.most_steps)
    except Livelock as error:
        after = len(world.machine.trace.events)
        findings.append(Finding(Outcome.FAILED, Failure.LIVELOCK, "livelock", str(error), scheduler.now, after))
    outcome = worst([finding.outcome for finding in findings])
    return Result(
        variant=variant,
        seed=options.seed,
        outcome=outcome,
        findings=tuple(findings),
        notes=(),
        trace_hash=world.machine.trace.digest(),
        virtual_time=ended,
        events=tuple(world.machine.trace.events),
        steps=scheduler.steps,
        behaviour=options.behaviour,
    )


def _judge(world: World, director: Director) -> list[Finding]:
    then = world.scenario.then
    return [
        *check_all(world.facts, then, ("then",)),
        *world.invariants.at_end(world.programs),
        *check_happened(world.facts, then, ("then",)),
        *director.unbitten(),
    ]
