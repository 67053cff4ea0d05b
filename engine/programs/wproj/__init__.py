"""`wproj`: what an operator does to a project by hand; every mode is a module here, or one of `engine.rescue`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from engine.machine import Program
from engine.programs.command import Command
from engine.programs.wproj.check_project import check_project
from engine.programs.wproj.clean import clean
from engine.programs.wproj.data_check import data_check
from engine.programs.wproj.init import init
from engine.programs.wproj.rescue_stat import rescue_stat
from engine.programs.wproj.stat import stat, stat_sinks, stat_source
from engine.programs.wproj.validate import validate_shares
from engine.rescue.unlock import unlock

_Mode = Callable[[Program, Command], Awaitable[int]]

_MODES: Mapping[str, _Mode] = {
    "check": check_project,
    "init": init,
    "stat file": stat,
    "data stat": stat,
    "data stat file": stat,
    "data stat src-file": stat_source,
    "data stat sink-file": stat_sinks,
    "validate sink-file": validate_shares,
    "data validate": validate_shares,
    "data clean": lambda program, _: clean(program),
    "data check": data_check,
    "rescue stat": rescue_stat,
    "rescue unlock": lambda program, _: unlock(program),
}


async def wproj(program: Program, command: Command) -> int:
    """Run one mode; the exit code: 0 for done, 1 for trouble with the disk, and those of the modes."""
    try:
        return await _modes(program)[command.mode](program, command)
    except OSError as error:
        program.out(f"wproj {command.mode}: {error.strerror} ({error.filename})")
        raise


def _modes(program: Program) -> Mapping[str, _Mode]:
    """What each mode does, in the dialect that is spoken here."""
    if program.behaviour.dialect == "wptest":
        return _MODES
    from engine.programs.wproj.warp_parse import WARP_MODES  # noqa: PLC0415 - of no use to who speaks the other
    from engine.programs.wproj.warp_parse.written_out import as_written_out  # noqa: PLC0415

    program.project = as_written_out(program.project)
    return {**_MODES, **WARP_MODES}


__all__ = ["wproj"]
