"""`wprescue`: replays rescue files into their sinks."""

from __future__ import annotations

from engine.machine import Program
from engine.machine.monitor import SUM, Monitor
from engine.programs.command import Command
from engine.programs.options import stat_window
from engine.rescue.name import GUARD
from engine.rescue.recovery import EXIT_BUSY, Recovery


async def wprescue(program: Program, command: Command) -> int:
    """Run `wprescue daemon` (until a signal) or `work` and `batch` (until nothing is left); the exit code.

    0: nothing is left, or a graceful stop before that; 1: trouble that ended it; 3: files remain that it can't
    replay, also after a graceful stop; 4: another recovery works on the same rescue root (D27).
    """
    root = program.project.rescue_root
    if program.behaviour.missing_rescue_root == "end_silently" and not program.files.exists(root):
        return 0
    await program.files.mkdir(root)
    guard = await program.files.open(f"{root}/{GUARD}")
    if program.behaviour.two_recoveries == "exclude_each_other" and not await guard.lock():
        program.log.error("recover", f"another recovery works on {root}")
        return EXIT_BUSY
    monitor = Monitor(program, stat_window(program, command))
    program.process.spawn(monitor.run())
    code = await Recovery(program, monitor).run(daemon=command.mode == "daemon")
    await monitor.report(SUM)
    guard.close()
    return code
