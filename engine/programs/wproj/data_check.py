"""`wproj data check`: how many sources are read."""

from __future__ import annotations

from engine.machine import Program
from engine.programs.command import Command
from engine.programs.framed_error import framed
from engine.programs.missing_input import missing_input

_NO_SOURCE = 200


async def data_check(program: Program, _: Command) -> int:
    """Say it; the exit code: 0, and 200 where inputs have to be there and one is not.

    What else is wrong with a source has kept the program from starting.
    """
    if (missing := missing_input(program)) is not None:
        source, error = missing
        why = f"Failed to compute file ranges: {error.strerror} (os error {error.errno})"
        what = f"Factory build failed for source '{source.key}' of kind 'file'"
        reason = f"[50041] data error << 校验失败: {what}: {why}"
        for line in framed("wproj", [reason], _NO_SOURCE, colours=program.machine.colours):
            program.complain(line)
        return _NO_SOURCE
    program.out(f"data source check ok! enabled: {len(program.project.sources)}")
    return 0
