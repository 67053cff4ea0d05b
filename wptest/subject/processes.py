"""Real processes as what a scenario runs against: starts them, watches them, and leaves none behind."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from engine.kernel import RealTime, sleep
from engine.machine import Machine, Program
from engine.machine.machine import Options
from engine.programs.command import Command
from engine.programs.environment import COUNTS
from engine.project.model import Project
from engine.rescue.recovery import EXIT_BUSY
from engine.sinks.kinds.test_rescue import PHASES_VARIABLE
from engine.storage.quotas import Room
from engine.units import MILLISECOND, SECOND
from wptest.subject.child import Launch, RealProgram
from wptest.subject.coarseness import arrivals, wording
from wptest.subject.fewer_modes import in_its_modes
from wptest.subject.guard import Guard
from wptest.subject.port import Misread
from wptest.subject.programs import Programs, environment, find_programs
from wptest.subject.projects.project_files import has_pace, pace, without_outages
from wptest.subject.rooms import Rooms
from wptest.subject.watching.observer import Observer

_EVERY = 4 * MILLISECOND
# How long nothing may change before a program has nothing to do: it looks for more once a second.
_QUIET = {"wparse": 1200 * MILLISECOND, "wprescue": 1400 * MILLISECOND}
_DOUBTFUL = 4 * SECOND  # the same where input is left that nobody has seen: it may have been given up
_UP = "up 365d"
_TO_READ = 1.0  # seconds in which a program has read its project's files
_MOST_OUTPUT = 100_000


class _Clock:
    """The machine's own clock, from the first time that somebody waits: setting the stage takes no time."""

    def __init__(self) -> None:
        self._real: RealTime | None = None

    def wait(self, due: int | None) -> int:
        if self._real is None:
            self._real = RealTime()
        return self._real.wait(due)

    def close(self) -> None:
        if self._real is not None:
            self._real.close()


class Processes:
    """Implements `Subject` with processes of the operating system, in one directory.

    Args:
        programs: which programs, and what they speak.
        root: the work root; the project's files are there.
        variables: environment variables of the programs; None for one that they must not have from this process.
        are_bound: permission bits bind them, whoever runs them.
        patience: for how long nothing may move before what is waited for won't come.
        guard: knows what must not be left.
        doubts: why expectations may not hold, whatever the programs do.
    """

    is_real = True
    glance = SECOND // 4

    def __init__(
        self,
        programs: Programs,
        root: Path,
        variables: Mapping[str, str | None],
        *,
        are_bound: bool,
        patience: int,
        guard: Guard,
        doubts: Sequence[str] = (),
    ) -> None:
        self.patience = patience
        self.doubts = doubts
        self.batches = arrivals(programs.dialect)
        self.wording = wording(programs.dialect)
        self._programs = programs
        self._root = root
        self._variables = dict(variables)
        self._are_bound = are_bound
        self._clock = _Clock()
        self._guard = guard
        self._rooms = Rooms(root)
        self._children: list[RealProgram] = []
        self._observer: Observer | None = None
        self._started = 0.0
        self._moved = (0, 0)  # the machine's work, and since when it is that

    def options(self, options: Options) -> Options:
        """See `Subject.options`: the real clocks, and the checkpoint where the programs have it."""
        place: Literal["rescue_root", "work_directory"] = self._programs.dialect.checkpoint or "rescue_root"
        if place != "rescue_root":
            options = replace(options, behaviour=replace(options.behaviour, checkpoint_place=place))
        return replace(options, driver=self._clock, wall_clock=time.time_ns, log_files=False)

    def start_servers(self, machine: Machine, project: Project) -> None:  # noqa: ARG002
        """See `Subject.start_servers`: a project that has any isn't run here."""
        assert not project.servers, "what can't be expressed is not run"

    def begin(self, machine: Machine, project: Project) -> None:
        """See `Subject.begin`."""
        self._observer = Observer(machine, project, self._root, self._programs.dialect)
        machine.scheduler.spawn(self._watch(machine))

    def start(self, machine: Machine, project: Project, command: Command, wrong: Misread = ()) -> Program:  # noqa: ARG002
        """See `Subject.start`: a program reads its project by itself."""
        self._look()
        self._seen.follow(project)
        self._set_pace(project, command.program)
        if machine.faultless and not self._programs.dialect.has_phases:
            without_outages(self._root)
        if command.program == "wpgen" and command.mode in ("sample", "rule"):
            self._seen.begin_input()
        if command.program == "wparse" and all(program.name != "wparse" for program in self._alive):
            self._seen.inputs.begin()
        if (command.program, command.mode) == ("wproj", "data clean"):
            self._seen.begin_cleaning()
        words = self._programs.dialect.words(in_its_modes(machine.behaviour, command).text)
        is_by_hand = self._programs.dialect.is_by_hand(command.text)
        directory = find_programs().directory if is_by_hand else self._programs.directory
        output = self._root.parent / f"output-{len(self._children) + 1}"
        launch = Launch(
            command.program,
            [str(directory / words[0]), *words[1:]],
            self._root,
            self._environment(machine),
            output,
            self._are_bound,
            self._programs.dialect.holds_signals,
            self._guard,
        )
        machine.emit(command.name, "program.started", command=command.text)
        program = RealProgram(machine, project, launch, self._look, command.called)
        self._children.append(program)
        if launch.holds_signals:
            program.process.await_readiness()
        return program

    @contextmanager
    def still(self) -> Iterator[None]:
        """See `Subject.still`."""
        going = [program for program in self._alive if not program.process.paused]
        try:
            for program in going:
                program.process.pause()
            self._look()
            yield
        finally:
            for program in going:
                program.process.resume()

    @contextmanager
    def by_hand(self) -> Iterator[None]:
        """See `Subject.by_hand`."""
        with self.still():
            yield
            self._seen.accept()

    def resize(self, machine: Machine, sizes: Mapping[str, int]) -> list[Room]:  # noqa: ARG002 - no simulated disk
        """See `Subject.resize`."""
        return [self._rooms.resize(path, size) for path, size in sizes.items()]

    def content(self, machine: Machine, path: str) -> bytes:  # noqa: ARG002 - the observer has the machine
        """See `Subject.content`."""
        return self._seen.content(path)

    def end(self) -> None:
        """Kill what still runs; nothing is left of it."""
        for program in self._children:
            program.process.destroy()
        if self._observer is not None:
            self._observer.inputs.close()
        self._rooms.close()
        self._clock.close()

    @property
    def _seen(self) -> Observer:
        assert self._observer is not None, "the stage is set first"
        return self._observer

    @property
    def _alive(self) -> list[RealProgram]:
        return [program for program in self._children if program.process.alive]

    def _look(self) -> None:
        """Take in all that there is to see; programs that have ended have done it before they ended."""
        alive = self._alive
        ended = [program for program in alive if program.process.returned is not None]
        self._seen.look([program.name for program in alive])
        self._rooms.look()
        for program in ended:
            self._farewell(program)

    def _farewell(self, program: RealProgram) -> None:
        machine = program.machine
        output = program.launch.output.read_bytes()[:_MOST_OUTPUT]
        for line in output.decode(errors="backslashreplace").splitlines():
            machine.emit(program.called, "program.output", line=line)
        returned = program.process.returned or 0
        beside = any(other.name == program.name for other in self._alive if other is not program)
        if returned >= 0 and not (beside and returned == EXIT_BUSY):  # else it was refused, and did nothing
            is_whole = (
                returned == 0
                and program.launch.words[1:2] in (["batch"], ["daemon"])
                and "-n" not in program.launch.words
                and not program.stopping
            )
            self._seen.farewell(program.name, is_whole=is_whole)
        program.process.end()

    async def _watch(self, machine: Machine) -> None:
        while True:
            await sleep(_EVERY)
            self._look()
            if machine.work != self._moved[0]:
                self._moved = (machine.work, machine.scheduler.now)
            for program in self._alive:
                if self._is_idle(program, machine.scheduler.now - self._moved[1]):
                    program.idle()

    def _is_idle(self, program: RealProgram, quiet: int) -> bool:
        """Whether a program that has been quiet for so long has nothing to do, as far as that can be seen."""
        ends = self._programs.dialect.lingers if program.name == "wparse" else 0
        if program.process.paused or quiet < max(ends, _QUIET.get(program.name, quiet + 1)):
            return False
        if program.name == "wprescue":
            return not self._seen.replayable
        if self._seen.writing:
            return False
        rate = program.project.source.rate
        return self._seen.inputs.all_read or quiet >= _DOUBTFUL + (int(2 * SECOND / rate) if rate else 0)

    def _set_pace(self, project: Project, program: str) -> None:
        """Let `wparse` read at the scenario's rate; a project has one speed only, and replays go by it as well."""
        limit = int(project.source.rate) if program == "wparse" else project.speed_limit
        if program in ("wparse", "wprescue") and not has_pace(self._root, limit):
            if self._alive:  # let it read what is there before it is another program's
                time.sleep(max(0.0, self._started + _TO_READ - time.monotonic()))
            pace(self._root, limit)
        self._started = time.monotonic()

    def _environment(self, machine: Machine) -> dict[str, str]:
        variables = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("WPTEST_") and name not in COUNTS
        }
        variables |= environment(self._programs)
        for name, value in self._variables.items():
            if value is None:
                variables.pop(name, None)
            else:
                variables[name] = value
        return variables | ({PHASES_VARIABLE: _UP} if machine.faultless else {})
