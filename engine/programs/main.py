"""A program as a real process: the same engine, on the machine's own disk and clock."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.behaviour import REFERENCE, Behaviour
from engine.directories.databases.without_servers import without_servers
from engine.directories.load_project import load_project
from engine.directories.project_tree import ProjectFiles
from engine.directories.settings import CONF_PATH
from engine.directories.surroundings import ProjectSurroundings
from engine.kernel import Event, RealTime, Signal
from engine.kernel.host import Host
from engine.machine import Machine, Program
from engine.machine.machine import Options
from engine.machine.monitor import SUM
from engine.machine.program import ABORTED
from engine.programs.broken_project import EXIT_PROJECT, problems_told, refusal
from engine.programs.command import Command, parse_arguments
from engine.programs.environment import handed_on
from engine.programs.figures import TOTAL, FigureTables
from engine.programs.framed_error import CONFIGURATION, framed
from engine.programs.help import help_text
from engine.programs.instance import Instance
from engine.programs.launch import EXIT_USAGE, exit_of, start
from engine.programs.program_specs import PROGRAMS, ProgramName, ProgramSpec
from engine.project.missing_files import as_read
from engine.project.model import Project
from engine.storage.real import RealDisk
from engine.text.mistake import Mistake
from engine.text.problems import ProjectError

BEHAVIOUR_VARIABLE = "WPTEST_BEHAVIOUR"
EXIT_TROUBLE = 1
EXIT_RUNS_ALREADY = 4

_SIGNALS: Mapping[signal.Signals, Signal] = {
    signal.SIGUSR1: Signal.USR1,
    signal.SIGINT: Signal.INT,
    signal.SIGTERM: Signal.TERM,
    signal.SIGQUIT: Signal.TERM,
    signal.SIGHUP: Signal.HUP,
}


def main(program: str, arguments: Sequence[str]) -> int:
    """Run one of the four programs; its exit code."""
    name = next(each for each in PROGRAMS if each == program)
    host = Host()
    host.rename(name)
    if {"-h", "--help"} & set(arguments) or arguments[:1] == ["help"]:
        host.out(help_text(name))
        return 0
    if "--version" in arguments or "-V" in arguments[:1]:
        host.out(f"{name} of wptest {host.environment.get('WPTEST_VERSION', 'unknown')}")
        return 0
    try:
        behaviour = _behaviour(host.environment.get(BEHAVIOUR_VARIABLE, ""))
        command = parse_arguments(name, arguments, _other_lines(name, behaviour))
        environment = handed_on(host.environment)
    except Mistake as error:
        _say_usage(host, name, error)
        return EXIT_USAGE
    colours = "NO_COLOR" not in host.environment
    given = str(command.options.get("work_root", "."))
    if (code := _say_where(host, command, behaviour, colours=colours)) is not None:
        return code
    root = Path(host.directory, given)
    try:
        # A program's variables are those of its environment, as WarpParse's are.
        surroundings = ProjectSurroundings(variables=tuple(sorted(host.environment.items())))
        loaded = _unread(command, root, behaviour) or load_project(root, surroundings)
        project = without_servers(as_read(loaded, behaviour))
    except ProjectError as error:
        code = exit_of(command, error.problems, behaviour)
        for line in refusal(name, given, error.problems, behaviour, code, colours=colours):
            host.complain(line)
        if code == ABORTED:
            host.die_by(signal.SIGABRT)
        return code
    if name not in ("wproj", "wpgen") or behaviour.dialect == "wptest":
        for line in problems_told(given, project.warnings):
            host.complain(line)
    if name in ("wparse", "wprescue"):
        for sink in project.stand_ins:
            host.complain(f"{name}: {sink.id} is a stand-in for {sink.stands_for}: its lines go to {sink.path}")
    absolute = str(root.resolve())
    options = Options(
        environment=environment, behaviour=behaviour, root=str(root), work_root=absolute, colours=colours, zone=None
    )
    return _run_alone(host, command, project, RealDisk(root), options)


def _say_where(host: Host, command: Command, behaviour: Behaviour, *, colours: bool) -> int | None:
    """What a real version exits with that takes absolute work roots only; None where it may go on."""
    given = str(command.options.get("work_root", "/"))
    if behaviour.dialect == "wptest" or command.program not in ("wparse", "wprescue") or given.startswith("/"):
        return None
    reason = f"--work-root must be absolute, not '{given}': without it, it is the current directory"
    if command.program == "wprescue":
        host.complain(f"Error: {reason}")
        return EXIT_TROUBLE
    for line in framed(command.program, [reason], CONFIGURATION, colours=colours):
        host.complain(line)
    return EXIT_PROJECT


def _unread(command: Command, root: Path, behaviour: Behaviour) -> Project | None:
    """An empty project for `wproj init`, which makes one, and for who asks none; None where one is to be read."""
    makes_one = command.mode == "init" and not ProjectFiles(root).exists(CONF_PATH)
    asks_none = command.mode in ("conf init", "conf clean") or (
        command.mode == "rescue stat" and behaviour.dialect == "warp_parse"
    )
    return Project(root.name, (), ()) if makes_one or asks_none else None


def _behaviour(words: str) -> Behaviour:
    """The behaviour of a real version, or of a fault that is planted, for who tests a test.

    Raises:
        Mistake: nothing has such a name.
    """
    if not words:
        return REFERENCE
    from engine.behaviour.profile import behaviour_of  # noqa: PLC0415 - hardly anybody needs it

    try:
        return behaviour_of(words.split())
    except Mistake as error:
        raise Mistake(f"the environment variable {BEHAVIOUR_VARIABLE}: {error}") from None


def _other_lines(name: ProgramName, behaviour: Behaviour) -> ProgramSpec | None:
    """What the program takes in another dialect than ours."""
    if behaviour.dialect == "wptest":
        return None
    from engine.programs.warp_parse_lines import in_warp_parse  # noqa: PLC0415 - as above

    return in_warp_parse(name)


def _say_usage(host: Host, name: str, error: Mistake) -> None:
    host.complain(f"{name}: {error}")
    if error.help_ is not None:
        host.complain(error.help_)
    host.complain(f"'{name} --help' lists modes and options")


def _run_alone(host: Host, command: Command, project: Project, disk: RealDisk, options: Options) -> int:
    """Run it as the one instance in its work root; `wproj` is no daemon, and may run as often as it likes.

    So may a `wpgen` that only adds to what there is.
    """
    if command.program == "wproj" or (command.program, options.behaviour.generated_input) == ("wpgen", "added"):
        return _told(host, command.program, _run(host, command, project, disk, options))
    instance = Instance(disk, command.program, host.pid)
    may_share = {"wprescue": options.behaviour.two_recoveries, "wparse": options.behaviour.two_pipelines}
    try:
        if not instance.claim() and may_share.get(command.program) != "both_run":
            process = f" as process {instance.other()}" if instance.other() else ""
            host.complain(f"{command.program}: it runs in {disk.root} already{process} ({instance.pid_file})")
            _log_busy(command.program, project, Machine(disk, replace(options, wall_clock=host.wall_clock)))
            return EXIT_RUNS_ALREADY
    except OSError as error:
        host.complain(f"{command.program}: {error.strerror} ({error.filename})")
        return EXIT_TROUBLE
    code = _run(host, command, project, disk, options)
    instance.release()
    return code


def _told(host: Host, name: str, code: int) -> int:
    """The exit code of a program that is all about its output: half of that is a failure."""
    if host.lost_output is None:
        return code
    host.complain(f"{name}: standard output can't be written: {host.lost_output}")
    return code or EXIT_TROUBLE


def _log_busy(name: str, project: Project, machine: Machine) -> None:
    """Let the log say it, too, in the words of a recovery that finds another at work on its files."""
    what = f"another recovery works on {project.rescue_root}" if name == "wprescue" else "it runs already"
    log = Program(machine, name, project).log
    log.error("recover" if name == "wprescue" else "ctrl", what)
    log.close()


def _run(host: Host, command: Command, project: Project, disk: RealDisk, options: Options) -> int:
    driver = RealTime(lambda number: program.process.signal(_SIGNALS[signal.Signals(number)]), _SIGNALS)
    real = replace(options, driver=driver, wall_clock=host.wall_clock, computed=lambda: driver.computed)
    machine = Machine(disk, replace(real, keep_events=False))
    _show(machine, host, command.program)
    program = start(machine, _paced(project), command)
    if command.program == "wprescue" or "print_stat" in command.options:
        heading = TOTAL if program.behaviour.figure_tables == "printed_only" else SUM
        program.on_figures = FigureTables(lambda: program.now, host.out, heading).show
    host.allow(_SIGNALS)
    machine.scheduler.run(machine.scheduler.spawn(program.process.ended.wait()))
    host.hold_back(_SIGNALS)
    assert program.process.exit_code is not None, "it has ended"
    if program.process.killed_by is not None:
        host.die_by(signal.Signals(program.process.killed_by.value))
    if program.process.exit_code == ABORTED:
        host.die_by(signal.SIGABRT)
    return program.process.exit_code


def _paced(project: Project) -> Project:
    """The project whose inputs are read at its speed limit, as real versions do; 0 is no limit."""
    return project.at_rate(project.source.rate or project.speed_limit)


def _show(machine: Machine, host: Host, name: str) -> None:
    """Put the program's output on standard output, and errors of its log on standard error as well."""

    def complain(event: Event) -> None:
        if event.fields["level"] == "error":
            host.complain(f"{name}: {event.fields['message']}")

    machine.trace.listen("log", complain)

    def show(event: Event) -> None:
        (host.complain if "to" in event.fields else host.out)(str(event.fields["line"]))

    machine.trace.listen("program.output", show)
