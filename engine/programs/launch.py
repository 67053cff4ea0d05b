"""Starting a program on a machine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import get_args

from engine.behaviour import Behaviour
from engine.machine import Machine, Program
from engine.pipeline.source import EXIT_NO_INPUT
from engine.programs.broken_project import EXIT_PROJECT, refusal
from engine.programs.command import Command
from engine.programs.instance import RUN_DIRECTORY
from engine.programs.missing_input import missing_input
from engine.programs.options import has_no_effect
from engine.programs.program_specs import ProgramName
from engine.programs.refused_projects import code_of_refusal, read_by
from engine.project.model import Project, RobustMode
from engine.rescue.recovery import EXIT_BUSY
from engine.sinks import SinkError, make_sink
from engine.sinks.kinds.stand_in import StandInSink
from engine.storage.disk_port import write_all
from engine.text.diagnostic import Diagnostic

EXIT_IO = 1
EXIT_USAGE = 2
_MODES: tuple[RobustMode, ...] = get_args(RobustMode)
_NEED_SINKS = frozenset({"wparse", "wprescue"})


_RULE_MAPPING = f"{RUN_DIRECTORY}/rule_mapping.dat"


def start(machine: Machine, project: Project, command: Command) -> Program:
    """Start `command` on `machine`; it runs from the next step of the scheduler on.

    `--robust` wins over the project's mode; an unknown one is `debug`, with an error in the log (facts section 4).
    """
    robust = command.options.get("robust")
    if robust is not None:
        mode = next((each for each in _MODES if each == robust), _MODES[0])
        project = replace(project, robust=mode)
    program = Program(machine, command.program, project, command.called)
    program.emit("program.started", command=command.text)
    if robust not in (None, project.robust):
        program.log.error("ctrl", f"unknown robust mode {robust}: going on with {project.robust}")
    for option in command.ignored:
        has_no_effect(program, option)
    program.process.spawn(_main(program, command))
    return program


def start_broken(machine: Machine, command: Command, problems: Sequence[Diagnostic]) -> Program:
    """Start `command` where its project can't be read: it says why, and ends."""
    program = Program(machine, command.program, Project("", (), ()), command.called)
    program.emit("program.started", command=command.text)
    program.process.spawn(_refuse(program, command, problems))
    return program


async def _refuse(program: Program, command: Command, problems: Sequence[Diagnostic]) -> None:
    await program.process.exit(_say_refusal(program, command, problems))


def _say_refusal(program: Program, command: Command, problems: Sequence[Diagnostic]) -> int:
    """What it exits with then."""
    code = exit_of(command, problems, program.behaviour)
    for line in refusal(program.name, "", problems, program.behaviour, code, colours=program.machine.colours):
        program.complain(line)
    return code


def exit_of(command: Command, problems: Sequence[Diagnostic], behaviour: Behaviour) -> int:
    """What a program exits with because of mistakes in its project."""
    code = code_of_refusal(problems, command) if behaviour.odd_projects == "refused" else None
    return EXIT_PROJECT if code is None else code


@lru_cache
def _main_of(name: ProgramName) -> Callable[[Program, Command], Awaitable[int]]:
    """The program's main function, imported now: a real process needs its own only, and shall start quickly."""
    function: Callable[[Program, Command], Awaitable[int]] = getattr(import_module(f"engine.programs.{name}"), name)
    return function


async def _refused(program: Program, command: Command) -> int:
    """What it exits with if something keeps it from starting, else 0."""
    if why := _why_not_taken(program, command):
        program.out(why)
        return EXIT_USAGE
    _begin(program)
    if program.behaviour.odd_projects == "refused":
        odd = read_by(program.project.as_written.refusals, command)
        if odd:
            return _say_refusal(program, command, [replace(each, severity="error") for each in odd])
    if _runs_already(program):
        return EXIT_BUSY
    # Inputs are looked for when the sinks of infra groups are there.
    lacking = missing_input(program) if program.name == "wparse" else None
    if not await _has_sinks(program, infra_only=lacking is not None):
        return EXIT_IO
    if lacking is not None:
        source, error = lacking
        why = f"{source.path}: {error.strerror}"
        program.log.error("ctrl", f"validation error: {why}")
        return EXIT_NO_INPUT
    return 0


def _begin(program: Program) -> None:
    """What a real pipeline has made before it looks at its project: its log, and where what runs is told."""
    if program.name in _NEED_SINKS and program.behaviour.dialect == "warp_parse":
        program.log.begin()
        with suppress(OSError):
            program.machine.disk.mkdir(RUN_DIRECTORY)


def _why_not_taken(program: Program, command: Command) -> str:
    """Why the program doesn't take such a command line; empty where it does."""
    if program.name == "wprescue" and program.behaviour.recovery_modes == "batch_only" and command.mode != "batch":
        return f"wprescue {command.mode}: there is no such mode, only wprescue batch"
    if program.behaviour.dialect == "wptest":
        return ""
    from engine.programs.warp_parse_lines import why_refused  # noqa: PLC0415 - of no use to who speaks the other

    return why_refused(command)


async def _has_sinks(program: Program, *, infra_only: bool) -> bool:
    """Whether every sink, or every one of the infra groups, can be opened, where all have to (D38)."""
    if program.behaviour.sinks_at_start != "all_or_nothing" or program.name not in _NEED_SINKS:
        return True
    business = program.project.business_sinks
    for conf in program.project.sinks[len(business) :] if infra_only else program.project.sinks:
        sink = make_sink(program, conf)
        try:
            async with sink.turn():
                pass
            if isinstance(sink, StandInSink):
                sink.connect()
        except SinkError as error:
            program.log.error("ctrl", f"sink {conf.id} can't be built: {error}")
            return False
    return True


def _runs_already(program: Program) -> bool:
    """Whether another wparse works here: it locks a file while it lives. Recoveries have a lock of their own."""
    if program.name != "wparse" or program.behaviour.two_pipelines == "both_run":
        return False
    other = program.machine.pipeline
    if other is not None and other.alive:
        program.log.error("ctrl", "it runs already")
        return True
    program.machine.pipeline = program.process
    return False


def _write_rule_mapping(program: Program) -> None:
    if program.name == "wparse" and program.behaviour.dialect == "warp_parse":
        with suppress(OSError):  # real ones say there which rule's records go where
            write_all(program.machine.disk, _RULE_MAPPING, b"")


async def _main(program: Program, command: Command) -> None:
    """Run the program's main function; an I/O error that it has no answer to ends it with a log line."""
    try:
        code = await _refused(program, command)
        if not code:
            _write_rule_mapping(program)
            code = await _main_of(command.program)(program, command)
    except OSError as error:
        program.log.error("ctrl", f"{command.program}: {error.strerror} ({error.filename})")
        code = EXIT_IO
    for farewell in program.at_exit:
        await farewell()
    await program.process.exit(code)
