"""`wparse`: reads input, routes it to sink groups, rescues what a sink can't take."""

from __future__ import annotations

from engine.kernel import sleep
from engine.machine import Program
from engine.pipeline.all_inputs import read_inputs
from engine.pipeline.pipeline import Pipeline
from engine.programs.command import Command
from engine.programs.options import stat_window
from engine.rescue.resuming.live_claim import LiveClaim
from engine.units import MILLISECOND

_SHUTDOWN = 1100 * MILLISECOND  # until real versions have told all of their parts to stop


async def wparse(program: Program, command: Command) -> int:
    """Run `wparse daemon` (until a signal) or `wparse batch` (until the end of the input); the exit code.

    A graceful stop drains every channel and releases every rescue file before it exits with 0. 1: a strategy
    ended it; 2: a batch's input can't be read.
    """
    behaviour = program.behaviour
    program.claim = LiveClaim(program)
    pipeline = Pipeline(program, stat_window(program, command))
    follow = command.mode == "daemon" and behaviour.followed_input == "followed"
    if behaviour.reading == "evenly" or command.options.get("count") != 0:  # real versions read nothing then
        await read_inputs(program, pipeline, most=int(command.options.get("count", 0)), follow=follow)
    if behaviour.reading == "in_rounds":
        await sleep(_SHUTDOWN)
    await pipeline.drain()
    return program.exit_code
