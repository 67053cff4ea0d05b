"""`wprescue`: replays rescue files into their sinks."""

from __future__ import annotations

from engine.kernel import sleep
from engine.machine import Program
from engine.machine.monitor import SUM, Monitor
from engine.pipeline.replicas import Replicas
from engine.programs.command import Command
from engine.programs.options import stat_window
from engine.project.model import GroupConf
from engine.rescue.name import GUARD
from engine.rescue.recovery import EXIT_BUSY, Recovery
from engine.units import MILLISECOND

EXIT_NO_SUCH_MODE = 2
_LOOKS_EACH = 202 * MILLISECOND  # who waits for the end of a real recovery
_CLOSES_FOR = 700 * MILLISECOND


async def wprescue(program: Program, command: Command) -> int:
    """Run `wprescue daemon` (until a signal) or `work` and `batch` (until nothing is left); the exit code.

    0: nothing is left, or a graceful stop before that; 1: trouble that ended it; 3: files remain that it can't
    replay, also after a graceful stop; 4: another recovery works on the same rescue root (D27).
    """
    if program.behaviour.recovery_modes == "batch_only" and command.mode != "batch":
        program.out(f"wprescue {command.mode}: there is no such mode, only wprescue batch")
        return EXIT_NO_SUCH_MODE
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
    monitor = Monitor(program, stat_window(program, command))
    program.process.spawn(monitor.run())
    groups = _groups(program, monitor)
    tasks = [task for _, group in groups for task in group.start(program)]
    lanes = {sink.id: group for conf, group in groups for sink in conf.sinks}
    code = await Recovery(program, monitor, lanes).run(daemon=command.mode == "daemon")
    for _, group in groups:
        group.close()
    for task in tasks:
        await program.machine.scheduler.join(task)
    await monitor.report(SUM)
    return code


def _groups(program: Program, monitor: Monitor) -> list[tuple[GroupConf, Replicas]]:
    """The groups that replays queue lines for."""
    if program.behaviour.replay_way == "to_the_sink":
        return []
    return [(conf, Replicas(program, conf, monitor)) for conf in program.project.groups if not conf.infra]


async def _close_slowly(program: Program, began: int) -> None:
    """A real recovery looks at times only whether its work is over, and takes its time to close what it has."""
    if not program.stopping:
        await sleep(-(program.now - began) % _LOOKS_EACH)
    await sleep(_CLOSES_FOR)
