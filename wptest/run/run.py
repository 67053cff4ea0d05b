"""Running one variant of a scenario, from an empty disk to a result."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace

from engine.kernel import Livelock
from engine.storage import Disk, MemoryDisk, RealDisk
from wptest.judge.expectations import check_happened
from wptest.judge.failure import Failure
from wptest.judge.finding import Finding, Outcome, worst
from wptest.language.load import LoadedVariant
from wptest.run.beside import Beside
from wptest.run.cleanup import clean_up
from wptest.run.closing import close
from wptest.run.director import Director
from wptest.run.doubt import expected, tempered
from wptest.run.result import Result
from wptest.run.world import RunOptions, World
from wptest.subject.port import ENGINE, Subject

_MANY_OPERATIONS = 5000  # a fifth of a second

Prepare = Callable[[World], None]


def run_variant(
    variant: LoadedVariant, options: RunOptions | None = None, prepare: Prepare | None = None
) -> Result:
    """Run in memory: milliseconds, and the same every time."""
    options = options or RunOptions()
    if not has_python_sinks(variant):
        return run_on(MemoryDisk(variant.scenario.given.durability), variant, options, prepare)
    from engine.storage.fake import FakeDisk  # noqa: PLC0415 - imports pyfakefs

    with hooks_for(variant, options):
        return run_on(FakeDisk(), variant, options, prepare)


def run_on_real_disk(variant: LoadedVariant, options: RunOptions | None = None) -> Result:
    """Run on the machine's own file system, in a temporary directory; time stays virtual."""
    if has_python_sinks(variant):
        return _without_real_disk(run_variant(variant, options))
    from wptest.subject.scratch import scratch  # noqa: PLC0415 - starts a process, which most runs don't

    with scratch() as place:
        return run_on(RealDisk(place.directory), variant, options or RunOptions())


def has_python_sinks(variant: LoadedVariant) -> bool:
    """Whether a user's own code runs in it, on a disk that its `open()` sees and with a clock that it sees."""
    return any(sink.foreign is not None for sink in variant.project.sinks)


def hooks_for(variant: LoadedVariant, options: RunOptions) -> AbstractContextManager[object]:
    """What its python sinks need, nothing if it has none; around many runs it saves each of them milliseconds."""
    if not has_python_sinks(variant):
        return nullcontext()
    from engine.storage.hooks import hooked  # noqa: PLC0415 - patches Python when it is entered

    return hooked(options.seed)


def _without_real_disk(result: Result) -> Result:
    message = "a python sink's files are simulated, so its scenario can't run on a real disk"
    finding = Finding(Outcome.UNVERIFIED, Failure.NO_EFFECT, "disk", message, 0, 0)
    return replace(
        result, outcome=worst([result.outcome, Outcome.UNVERIFIED]), findings=(*result.findings, finding)
    )


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
    disk: Disk,
    variant: LoadedVariant,
    options: RunOptions,
    prepare: Prepare | None = None,
    subject: Subject = ENGINE,
) -> Result:
    """Run a variant on an empty disk: the timeline, the expectations, the cleanup, the closing phase.

    `prepare` may do something to the world before anything happens in it.
    """
    world = World(variant, disk, options, subject=subject)
    if prepare is not None:
        prepare(world)
    director, beside = Director(world), Beside(world)
    findings: list[Finding] = []
    ended = 0

    async def play() -> None:
        nonlocal ended
        beside.begin()
        await director.play()
        beside.end()
        ended = world.machine.scheduler.now
        findings.extend([*director.findings, *beside.findings])
        with world.subject.still():
            findings.extend(_judge(world))
        findings.extend([*director.unbitten(), *beside.unbitten()])
        findings.extend(await clean_up(world))
        findings.extend(await close(world))

    scheduler = world.machine.scheduler
    try:
        with _without_collector():
            scheduler.run(scheduler.spawn(play()), max_steps=options.most_steps)
    except Livelock as error:
        after = len(world.machine.trace.events)
        findings.append(Finding(Outcome.FAILED, Failure.LIVELOCK, "livelock", str(error), scheduler.now, after))
    findings[:0] = _broken_sinks(world)
    outcome = worst([finding.outcome for finding in findings])
    return Result(
        variant=variant,
        seed=options.seed,
        outcome=outcome,
        findings=tuple(findings),
        notes=tuple(_notes(world)),
        trace_hash=world.machine.trace.digest(),
        virtual_time=ended,
        events=tuple(world.machine.trace.events),
        steps=scheduler.steps,
        behaviour=options.behaviour,
    )


def _judge(world: World) -> list[Finding]:
    then = world.scenario.then
    return [
        *expected(world, then, ("then",)),
        *world.invariants.at_end(world.programs),
        *(tempered(world, finding) for finding in check_happened(world.facts, then, ("then",))),
    ]


def _broken_sinks(world: World) -> list[Finding]:
    """The mistakes of python sinks, each once: every program that came to one ended, in the closing phase, too."""
    found: dict[tuple[str, str], Finding] = {}
    for after, event in enumerate(world.machine.trace.events, 1):
        if event.kind == "sink.broken":
            name, message = f"sink {event.fields['sink']}", f"{event.fields['place']}: {event.fields['error']}"
            finding = Finding(Outcome.FAILED, Failure.OWN_SINK, name, message, event.time, after)
            found.setdefault((name, message), finding)
    return list(found.values())


def _notes(world: World) -> list[str]:
    notes = []
    for program in world.programs:
        files = program.foreign_files
        if files is not None and files.operations > _MANY_OPERATIONS:
            notes.append(
                f"the python sinks of {program.name} did {files.operations} file operations, each handed over to"
                " the simulation: sinks that write in batches, or fewer lines, make this scenario faster"
            )
    return notes
