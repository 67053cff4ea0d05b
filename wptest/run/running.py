"""Running one variant of a scenario, from an empty disk to a result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import takewhile

from engine.foreign.sink_mistakes import BrokenSinkError, UnreadableTargetError
from engine.servers.on_machine import servers_of
from engine.storage.disk_port import Disk
from engine.storage.memory import MemoryDisk
from engine.storage.real import RealDisk
from wptest.judge.unsaid.dropped import check_dropped
from wptest.judge.unsaid.stuck import check_stuck
from wptest.run.bounds import bounded
from wptest.run.closing import clean_up, close
from wptest.run.collector import WithoutCollector
from wptest.run.headway import Headway
from wptest.run.lasting import as_evidence
from wptest.run.proving.allowances_used import unused_allowances
from wptest.run.proving.databases import beyond
from wptest.run.proving.inexact_moments import expected
from wptest.run.proving.other_projects import followed
from wptest.run.proving.proof import foreseen, moves_lines, unproved
from wptest.run.proving.unnoticed_outages import unnoticed
from wptest.run.result import Result, not_expressible, nothing_ran
from wptest.run.steps import Director, MeanwhilePlayer
from wptest.run.users.user_sinks import finding_of, notes, with_broken_sinks
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.subject.port import ENGINE, Subject
from wptest.subject.programs import Programs
from wptest.words.expectations.allowances import Allowances
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome, worst

# What a fault, a size or permission bits may be the reason of.
_KEPT_BACK = (Failure.EXIT, Failure.RESCUE_FILES, Failure.SINK_LINES, Failure.LEDGER)

Prepare = Callable[[World], None]


def run_variant(
    variant: LoadedVariant,
    options: RunOptions | None = None,
    prepare: Prepare | None = None,
    *,
    subject: Subject = ENGINE,
) -> Result:
    """Run in memory: milliseconds, and the same every time, unless the subject's servers are real."""
    options = options or RunOptions()
    if not has_python_sinks(variant):
        return run_on(MemoryDisk(variant.scenario.given.outset.durability), variant, options, prepare, subject)
    with hooks_for(variant, options):
        return _run_on_fake_disk(variant, options, prepare, subject)


def _run_on_fake_disk(
    variant: LoadedVariant, options: RunOptions, prepare: Prepare | None, subject: Subject
) -> Result:
    from engine.foreign.fake_disk import FakeDisk  # noqa: PLC0415 - imports pyfakefs
    from engine.foreign.frozen_clock import clock  # noqa: PLC0415 - the same
    from wptest.subject.scratch import small_scratch  # noqa: PLC0415 - for those who have databases

    clock().show(variant.scenario.given.outset.clock, 0)  # what is there at the start is as old as that
    disk = FakeDisk(small_scratch)

    def with_its_clock(world: World) -> None:
        disk.clock = world.machine.wall.now
        if prepare is not None:
            prepare(world)

    try:
        return run_on(disk, variant, options, with_its_clock, subject)
    finally:
        disk.real_files.clear_away()


def run_on_real_disk(
    variant: LoadedVariant, options: RunOptions | None = None, *, subject: Subject = ENGINE
) -> Result:
    """Run on the machine's own file system, in a temporary directory; time stays virtual.

    What can't be shown there makes it unverified before anything is done.
    """
    # Only who asks for a real disk needs to know, and a scratch starts a process, which most runs don't.
    from wptest.subject.on_real_disk import disk_obstacles  # noqa: PLC0415
    from wptest.subject.scratch import scratch  # noqa: PLC0415

    if found := disk_obstacles(variant):
        return nothing_ran(variant, options or RunOptions(), not_expressible(found, "a real disk can't do this"))
    with scratch() as place:
        return run_on(RealDisk(place.directory), variant, options or RunOptions(), subject=subject)


def run_against(disk: str, programs: Programs | None, variant: LoadedVariant, options: RunOptions) -> Result:
    """Run on the engine, with a disk of that kind, or against the programs."""
    if programs is not None:
        # Most runs need nothing of what real processes need.
        from wptest.run.against_processes import run_on_processes  # noqa: PLC0415

        return run_on_processes(variant, programs, options)
    return (run_on_real_disk if disk == "real" else run_variant)(variant, options)


def has_python_sinks(variant: LoadedVariant) -> bool:
    """Whether a user's own code runs in it, on a disk that its `open()` sees and with a clock that it sees."""
    return any(sink.foreign is not None for sink in variant.project.sinks)


def hooks_for(variant: LoadedVariant, options: RunOptions) -> AbstractContextManager[object]:
    """What its python sinks need, nothing if it has none; around many runs it saves each of them milliseconds."""
    if not has_python_sinks(variant):
        return nullcontext()
    from engine.foreign.hooks import hooked  # noqa: PLC0415 - patches Python when it is entered

    return hooked(options.seed)


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
    with WithoutCollector():
        return _run_on(disk, variant, options, prepare, subject)


def _run_on(
    disk: Disk, variant: LoadedVariant, options: RunOptions, prepare: Prepare | None, subject: Subject
) -> Result:
    found: list[Finding] = []
    options = options.within(variant.scenario)
    own_code = has_python_sinks(variant)  # nothing else takes long there
    try:
        with bounded(options.timeout if own_code else 0, found):
            world = World(variant, disk, options, subject=subject)
    except (BrokenSinkError, UnreadableTargetError) as error:
        found.append(finding_of(error, variant.project))
    if found:
        return nothing_ran(variant, options, found)
    if prepare is not None:
        prepare(world)
    try:
        return _played(world, options)
    finally:
        world.ledger.dues.inputs.close()
        if not subject.is_real:  # whatever still runs is not to go on when this is over
            for program in world.alive:
                program.process.kill()
            for server in servers_of(world.machine):
                if not server.listening:  # it has just started; what others have in memory may be looked at
                    server.kill()


def _played(world: World, options: RunOptions) -> Result:
    findings: list[Finding] = []
    director, beside = Director(world, findings), MeanwhilePlayer(world, findings)
    ended = 0

    async def play() -> None:
        nonlocal ended
        beside.begin()
        await director.play()
        beside.end()
        ended = world.machine.scheduler.now
        with world.subject.still():
            findings.extend(_judge(world))
            if not world.is_off_course:
                _note_unproved(world, director, beside, findings)
        findings.extend(await clean_up(world))
        findings.extend(await close(world))
        if not world.is_off_course:
            findings.extend([*_stuck(world), *_dropped(world)])

    scheduler, bound = world.machine.scheduler, Headway(world, options.most_events)
    try:
        with bounded(options.timeout, findings, world.machine):
            scheduler.run(scheduler.spawn(play()), max_steps=options.most_steps, bound=bound)
    except (BrokenSinkError, UnreadableTargetError) as error:
        findings.append(finding_of(error, world.project, world.machine))
    findings = followed(world, director.started, findings)
    failed = worst(findings) is Outcome.FAILED
    findings = with_broken_sinks(world, findings, failed=failed)
    return Result(
        variant=world.variant,
        seed=options.seed,
        outcome=worst(findings),
        findings=tuple(findings),
        notes=(*notes(world, failed=failed), *(() if failed else unused_allowances(world))),
        trace_hash=world.machine.trace.digest(),
        virtual_time=ended,
        events=tuple(world.machine.trace.events),
        steps=scheduler.steps,
        behaviour=options.behaviour,
        taken=tuple(world.history.power.taken),
    )


def _note_unproved(world: World, director: Director, beside: MeanwhilePlayer, findings: list[Finding]) -> None:
    """Note what the run has not proved."""
    for chapter in (director, beside):
        chapter.note_pointless()
    findings.extend([*unproved(world, director.started), *unnoticed(world)])
    findings.extend(list(foreseen(world, findings)))
    findings.extend(beyond(world, [*director.in_force(), *beside.in_force()]))


def _judge(world: World) -> list[Finding]:
    if world.is_off_course:  # what a scenario expects and what it proves, it does on its own course
        return world.invariants.at_end(world.programs)
    then = world.scenario.then
    return [
        *_hindered(world, expected(world, then.of_the_moment, ("then",))),
        *world.invariants.at_end(world.programs),
        *expected(world, then.of_the_run, ("then",)),
    ]


def _hindered(world: World, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those that miss lines or an end with what is in force and may keep them back."""
    left = as_evidence(world.lasting.now())
    for finding in findings:
        yield replace(finding, evidence=(*finding.evidence, *left)) if finding.code in _KEPT_BACK else finding


def _stuck(world: World) -> Iterator[Finding]:
    """Lines that stay behind for ever, where nothing runs any more that could take them."""
    if world.alive or not moves_lines(world):
        return iter(())
    then, allow = world.scenario.then, world.scenario.then.get(Allowances)
    last = takewhile(lambda step: step.verb.check is not None, reversed(world.scenario.when))
    said = [then, *(step.verb.check for step in last if step.verb.check is not None)]
    recovers = any(program.name == "wprescue" for program in world.programs)
    allowed, used = None if allow is None else allow.stuck, world.invariants.excused
    return check_stuck(world.facts, said, allowed, used, recovers=recovers)


def _dropped(world: World) -> Iterator[Finding]:
    """Lines that strategies gave up and of which the scenario says nothing, at whatever moment."""
    checks = (step.verb.check for step in world.scenario.when)
    return check_dropped(world.facts, [world.scenario.then, *(each for each in checks if each is not None)])
