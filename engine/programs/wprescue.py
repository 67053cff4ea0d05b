"""`wprescue`: replays rescue files into their sinks."""

from __future__ import annotations

from engine.kernel import sleep
from engine.machine import Program
from engine.machine.monitor import SUM, Monitor
from engine.pipeline.pipeline import Pipeline
from engine.programs.command import Command
from engine.programs.options import stat_window
from engine.rescue.name import GUARD
from engine.rescue.recovery import EXIT_BUSY, Recovery
from engine.units import MILLISECOND

_LOOKS_EACH = 202 * MILLISECOND  # who waits for the end of a real recovery
_CLOSES_FOR = 700 * MILLISECOND


async def wprescue(program: Program, command: Command) -> int:
    """Run `wprescue daemon` (until a signal) or `work` and `batch` (until nothing is left); the exit code.

    0: nothing is left, or a graceful stop before that; 1: trouble that ended it; 3: files remain that it can't
    replay, also after a graceful stop; 4: another recovery works on the same rescue root (D27).
    """
    began = program.now
    code = await _recover(program, command)
    if program.behaviour.idling == "three_seconds":
        await _close_slowly(program, began)
    return code


async def _recover(program: Program, command: Command) -> int:
    root = program.project.rescue_root
    if program.behaviour.missing_rescue_root == "end_silently" and not program.files.exists(root):
        return 0
    if program.behaviour.two_recoveries == "both_run":
        return await _run(program, command)
    await program.files.mkdir(root)
    guard = await program.files.open(f"{root}/{GUARD}")
    if not await guard.lock():
        program.log.error("recover", f"another recovery works on {root}")
        return EXIT_BUSY
    code = await _run(program, command)
    guard.close()
    return code


async def _run(program: Program, command: Command) -> int:
    window, daemon = stat_window(program, command), command.mode == "daemon"
    if program.behaviour.replay_way == "through_the_group":
        pipeline = Pipeline(program, window)
        code = await Recovery(program, pipeline.monitor, pipeline.lanes).run(daemon=daemon)
        await pipeline.drain()
        return code
    monitor = Monitor(program, window)
    program.process.spawn(monitor.run())
    code = await Recovery(program, monitor).run(daemon=daemon)
    await monitor.report(SUM)
    return code


async def _close_slowly(program: Program, began: int) -> None:
    """A real recovery looks at times only whether its work is over, and takes its time to close what it has."""
    if not program.stopping:
        await sleep(-(program.now - began) % _LOOKS_EACH)
    await sleep(_CLOSES_FOR)
