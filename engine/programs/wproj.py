"""`wproj`: what an operator does to a project by hand."""

from __future__ import annotations

from engine.machine import Program
from engine.programs.command import Command
from engine.rescue.unlock import unlock


async def wproj(program: Program, command: Command) -> int:
    """Run `wproj rescue unlock`, the only mode there is so far; the exit code."""
    assert command.mode == "rescue unlock", "the command line was checked"
    return await unlock(program)
