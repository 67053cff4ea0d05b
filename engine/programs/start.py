"""Starting a program on a machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from engine.machine import Machine, Program
from engine.programs.command import Command, ProgramName
from engine.programs.wparse import wparse
from engine.programs.wpgen import wpgen
from engine.programs.wprescue import wprescue
from engine.programs.wproj import wproj
from engine.project.model import Project

_MAINS: Mapping[ProgramName, Callable[[Program, Command], Awaitable[int]]] = {
    "wparse": wparse,
    "wprescue": wprescue,
    "wpgen": wpgen,
    "wproj": wproj,
}
EXIT_IO = 1


def start(machine: Machine, project: Project, command: Command) -> Program:
    """Start `command` on `machine`; it runs from the next step of the scheduler on."""
    program = Program(machine, command.program, project)
    program.emit("program.started", command=command.text)
    program.process.spawn(_main(program, command))
    return program


async def _main(program: Program, command: Command) -> None:
    """Run the program's main function; an I/O error that it has no answer to ends it with a log line."""
    try:
        code = await _MAINS[command.program](program, command)
    except OSError as error:
        program.log.error("ctrl", f"{command.program}: {error.strerror} ({error.filename})")
        code = EXIT_IO
    await program.process.exit(code)
