"""What comes after the timeline: the cleanup steps, and the closing phase of every run.

All of the cleanup steps are taken, the last one first. Then all trouble ends, programs stop, and recovery must have
nothing left to break.

The steps and `then` have been judged by now. What is found here is what a later recovery would do to the state
that the scenario leaves: lose a line after all, send one twice, or never come to rest (`recovery_idempotent`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernel import Signal, sleep
from engine.programs.command import parse_command
from engine.rescue.name import GUARD
from engine.servers.on_machine import servers_of
from engine.storage.disk_port import files_below
from engine.units import SECOND
from wptest.judge.found import found_now
from wptest.judge.rescue_names import has_locked_name
from wptest.reuse.shared_steps import cleanup_order
from wptest.run.lasting import as_evidence, ended_by
from wptest.run.proving.failing_sinks import still_failing
from wptest.run.waiting import StuckError
from wptest.run.world import World
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome
from wptest.words.stage import NotRunningError, UnsupportedError
from wptest.words.verb import Verb

if TYPE_CHECKING:
    from engine.servers.server import DatabaseServer

CLOSING = "closing"  # the name of what only the closing phase finds
_MOST_SECONDS = 600  # some servers look for space once a minute
_WORK = parse_command("wprescue work")


async def clean_up(world: World) -> list[Finding]:
    """Take the steps; one that fails is a finding of its own, and the others are taken all the same."""
    world.end_timeline()
    findings = []
    for index in cleanup_order(world.variant.document, world.scenario.cleanup):
        step = world.scenario.cleanup[index]
        world.machine.emit("wptest", "cleanup", number=index + 1, does=step.verb.key)
        try:
            failure = await _failure(world, step.verb)
        except UnsupportedError as error:
            findings.append(_finding(world, index, Outcome.UNVERIFIED, f"{step.verb.key}: {error}"))
        else:
            if failure is not None:
                findings.append(_finding(world, index, Outcome.UNCLEAN, f"{step.verb.key}: {failure}"))
    return findings


def _finding(world: World, index: int, outcome: Outcome, message: str) -> Finding:
    code = Failure.CLEANUP if outcome is Outcome.UNCLEAN else Failure.NO_EFFECT
    message = f"cleanup step {index + 1}, {message}"
    return found_now(world.machine, code, message, outcome, path=("cleanup", index))


async def _failure(world: World, verb: Verb[Any]) -> str | None:
    """Why a step did not do what it should.

    Raises:
        UnsupportedError: it can't do it on the run's disk.
    """
    try:
        await verb.do(world)
    except NotRunningError:
        return None  # the timeline may have ended before it was started, and if it has ended, all the better
    except StuckError:
        return world.waiting.given_up
    except OSError as error:
        return f"{error.strerror} ({error.filename})"
    if verb.command is not None and (code := world.latest(verb.command.name).exit_code):
        return f"{verb.command.name} exited with {code}, expected 0"
    return None


async def close(world: World) -> list[Finding]:
    """Stop everything, recover until nothing changes, and say what broke."""
    machine = world.machine
    machine.emit("wptest", "closing")
    machine.storage.faults.heal()
    started: list[DatabaseServer] = []
    for server in servers_of(machine):
        server.faults.heal()
        server.resume()
        if not server.alive and not server.kind.is_embedded:
            server.start()
            started.append(server)
    machine.faultless = True
    if world.is_off_course:  # the steps that would have ended it may not have been taken
        world.take_back()
    recovers = any(program.name == "wprescue" for program in world.programs)
    try:
        if started:
            await world.waiting.until(lambda: all(each.listening or not each.alive for each in started))
        for program in world.alive:
            program.process.resume()
            program.process.signal(Signal.TERM)
        await world.waiting.until(lambda: not world.alive)
        await _until_served(world)
        if not recovers:
            return world.invariants.at_quiet_point()
        if any(not has_locked_name(path) for path in _rescue_files(world)):
            await _recover(world)
        return [*world.invariants.at_quiet_point(), *await _recover_again(world)]
    except StuckError:
        return [_endless(world)]


async def _until_served(world: World) -> None:
    """Wait until no server has a request left: what it writes late is to be seen as well."""
    for _ in range(_MOST_SECONDS):
        if not any(server.busy for server in servers_of(world.machine)):
            return
        await sleep(SECOND)


async def _recover(world: World) -> None:
    program = world.start(_WORK)
    await world.waiting.until_ended(program.process)


async def _recover_again(world: World) -> list[Finding]:
    """One more recovery: nothing may change."""
    before = _state(world)
    await _recover(world)
    after = _state(world)
    changed = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    if not changed:
        return []
    return [_unsettled(world, f"one more recovery changed {', '.join(changed)}")]


def _state(world: World) -> dict[str, int]:
    """Sizes of targets and rescue files: both only ever grow, shrink or vanish by whole lines."""
    disk = world.machine.disk
    sizes = {path: disk.stat(path).size for path in _rescue_files(world)}
    there = set(disk.list(""))
    for sink in world.project.sinks:
        if sink.path and (sink.database or (sink.foreign is not None and sink.foreign.stored is not None)):
            sizes[sink.path] = world.ledger.inventory.size(sink.path)
        elif sink.path:  # one that was not there, and is there and empty now, has not changed
            sizes[sink.path] = disk.stat(sink.path).size if sink.path in there else 0
    return sizes


def _rescue_files(world: World) -> list[str]:
    """What recovery works on and with: rescue files, the checkpoint, quarantine."""
    root = world.project.rescue_root
    return [path for path in files_below(world.machine.disk, root) if path != f"{root}/{GUARD}"]


def _endless(world: World) -> Finding:
    """Somebody doesn't end: of its own, or because of what the scenario has left in force.

    The trouble of a python sink is over only when its own code ends it.
    """
    left, failing = world.lasting.now(), still_failing(world)
    evidence = (*([str(failing)] if failing is not None else []), *as_evidence(left))
    if failing is None or not failing.is_own:
        why = f"while {' and '.join(as_evidence(left))}" if left else "although all trouble is over"
        message, help_ = f"{world.waiting.running} doesn't end {why}", ended_by(left, "in 'cleanup'")
        return _unsettled(world, message, evidence[:1] if failing is not None else (), help_=help_)
    message = f"{world.waiting.running} doesn't end, since nothing but its own code can bring {failing.sink} back"
    help_ = "let the sink come back after some calls or some time, or leave the recovery out"
    if failing.is_busy:
        message = f"{world.waiting.running} doesn't end, since {failing.sink} doesn't come back from its own code"
        help_ = "let every sleep, loop and wait in it have an end"
    return found_now(world.machine, Failure.STUCK, message, name=CLOSING, evidence=evidence, help_=help_)


def _unsettled(world: World, message: str, evidence: tuple[str, ...] = (), *, help_: str = "") -> Finding:
    code = Failure.RECOVERY_IDEMPOTENT
    return found_now(world.machine, code, message, name="recovery_idempotent", evidence=evidence, help_=help_)
