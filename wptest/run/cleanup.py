"""Takes a scenario's cleanup steps, all of them, the last one first."""

from __future__ import annotations

from wptest.judge.found import found_now
from wptest.run.act import act
from wptest.run.hand import UnsupportedError
from wptest.run.waiting import StuckError
from wptest.run.world import World
from wptest.words import actions
from wptest.words.cleanup import cleanup_order
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome


async def clean_up(world: World) -> list[Finding]:
    """Take the steps; one that fails is a finding of its own, and the others are taken all the same."""
    world.end_timeline()
    findings = []
    for index in cleanup_order(world.variant.document, world.scenario.cleanup):
        step = world.scenario.cleanup[index]
        world.machine.emit("wptest", "cleanup", number=index + 1, does=step.verb)
        try:
            failure = await _failure(world, step.deed)
        except UnsupportedError as error:
            findings.append(_finding(world, index, Outcome.UNVERIFIED, f"{step.verb}: {error}"))
        else:
            if failure is not None:
                findings.append(_finding(world, index, Outcome.UNCLEAN, f"{step.verb}: {failure}"))
    return findings


def _finding(world: World, index: int, outcome: Outcome, message: str) -> Finding:
    code = Failure.CLEANUP if outcome is Outcome.UNCLEAN else Failure.NO_EFFECT
    message = f"cleanup step {index + 1}, {message}"
    return found_now(world.machine, code, message, outcome, path=("cleanup", index))


async def _failure(world: World, action: actions.Deed) -> str | None:
    """Why a step did not do what it should.

    Raises:
        UnsupportedError: it can't do it on the run's disk.
    """
    if _is_for_nobody(world, action):
        return None
    try:
        await act(world, action)
    except StuckError:
        return world.waiting.given_up
    except OSError as error:
        return f"{error.strerror} ({error.filename})"
    if isinstance(action, actions.Run) and (code := world.latest(action.command.program).process.exit_code):
        return f"{action.command.program} exited with {code}, expected 0"
    return None


def _is_for_nobody(world: World, action: actions.Deed) -> bool:
    """Whether it is about a program that never came to be started: the timeline may have ended before."""
    match action:
        case actions.Signal(process, _) | actions.Kill(process) | actions.WaitExit(process):
            return all(program.name != process for program in world.programs)
        case _:
            return False
