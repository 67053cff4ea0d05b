"""`wproj data check`: how many sources are read."""

from __future__ import annotations

from engine.machine import Program
from engine.programs.command import Command


async def data_check(program: Program, _: Command) -> int:
    """Say it; the exit code, always 0: what is wrong with a source has kept the program from starting."""
    program.out(f"data source check ok! enabled: {len(program.project.sources)}")
    return 0
