"""Takes a scenario's cleanup steps, all of them, the last one first."""

from __future__ import annotations

from typing import Any

from wptest.judge.found import found_now
from wptest.reuse.shared_steps import cleanup_order
from wptest.run.waiting import StuckError
from wptest.run.world import World
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome
from wptest.words.stage import NotRunningError, UnsupportedError
from wptest.words.verb import Verb


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
    if verb.command is not None and (code := world.latest(verb.command.program).process.exit_code):
        return f"{verb.command.program} exited with {code}, expected 0"
    return None
