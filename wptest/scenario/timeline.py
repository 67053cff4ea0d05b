"""The steps one after the other: which processes run at each, and whether its time can come.

Only what is certain is a mistake here. A program that may have ended by itself may be started again, and one
that may still run may be waited for; what then happens, the run tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.programs.command import Command
from engine.programs.program_specs import PROGRAMS
from engine.project.database_conf import ServerConf
from engine.servers.server_words import is_embedded, without_version
from engine.text.mistake import one_of
from engine.text.source_text import KeyPath
from engine.units import format_duration
from wptest.scenario.proof.survey import Survey
from wptest.scenario.scene import Scene
from wptest.shapes.extension import Call
from wptest.text.codes import Code
from wptest.words.expect import Expected
from wptest.words.expectation import Named
from wptest.words.stage import Lives, State
from wptest.words.trigger import Planned


@dataclass
class _Process:
    state: State
    step: int
    by: str
    ends_by_itself: bool = False
    ran: Command | None = None


@dataclass
class _Named(Lives):
    """Looks at the names of programs alone: whether they run by then, the run tells."""

    scene: Scene
    programs: tuple[str, ...]
    path: KeyPath = ()  # of the step that tells

    def address(self, process: str, place: KeyPath, leaves: State, by: str, *, at_key: bool = False) -> None:
        """See `Lives`."""
        del leaves, by
        self.known((*self.path, *place), process, at_key=at_key)

    def wait_for(self, process: str, place: KeyPath) -> None:
        """See `Lives`."""
        self.known((*self.path, *place), process, at_key=False)

    def listen(self, process: str, place: KeyPath) -> None:
        """See `Lives`."""
        self.known((*self.path, *place), process, at_key=True)

    def call(self, call: Call, place: KeyPath) -> None:
        """See `Lives`."""
        for where, name in call.references("process"):
            self.known((*self.path, *place, *where), name, at_key=False)

    def check(self, check: Expected, place: KeyPath) -> None:
        """See `Lives`."""
        for where, named in _processes(check):
            self.known((*self.path, *place, *where), named.name, at_key=named.at_key)

    def known(self, path: KeyPath, name: str, *, at_key: bool) -> bool:
        """Whether the scenario starts a program of that name; a mistake at `path` where it doesn't."""
        if name in self.programs:
            return True
        if name not in PROGRAMS and self.scene.is_wrong("project", "servers", name):
            return False
        if name not in PROGRAMS:
            self._unknown(path, name, at_key=at_key)
        elif self.scene.whole:
            message = f"no step of 'when' starts or runs {name}"
            expected = one_of(self.programs) if self.programs else None
            help_ = f"add a step like '{_first_start(name)}'"
            self.scene.problem(path, message, Code.UNKNOWN_PROCESS, expected=expected, help_=help_, at_key=at_key)
        return False

    def _unknown(self, path: KeyPath, name: str, *, at_key: bool) -> None:
        known = self.programs if self.programs and self.scene.whole else tuple(PROGRAMS)
        server = next((each for each in _all_servers(self.scene) if each.name == name), None)
        if server is None:
            self.scene.unknown(path, "process", name, known, Code.UNKNOWN_PROCESS, at_key=at_key)
            return
        message = f"'{name}' is {without_version(server.engine)}, which is no process: it is a part of its clients"
        help_ = "name the program that writes to it, or let its server have another engine"
        expected = one_of(known)
        self.scene.problem(path, message, Code.UNKNOWN_PROCESS, expected=expected, help_=help_, at_key=at_key)


@dataclass
class _Timeline(_Named):
    """Follows each program through the steps of `when`."""

    index: int = 0
    processes: dict[str, _Process] = field(default_factory=dict)

    def start(self, command: Command) -> None:
        """See `Lives`: it must not run already."""
        running = self.processes.get(command.name)
        if running is not None and running.state is State.RUNNING and self.scene.whole:
            line = self.scene.line_of_step(running.step)
            message = f"{command.name} is still running: the step on line {line} started it"
            stop = f"stop it first: 'signal: {{{command.name}: TERM}}' and 'wait: {{exit: {command.name}}}'"
            words = f"{command.program} {command.mode}"
            help_ = f"{stop}; one beside it has a name: 'start: {{command: {words}, as: second}}'"
            self.scene.problem((*self.path, "start"), message, Code.PROCESS_STATE, help_=help_)
        self._set(command.name, State.RUNNING, "started it")
        self.processes[command.name].ends_by_itself = command.mode != "daemon"

    def start_with_project(self, server: str) -> None:
        """A server of the project runs from the beginning."""
        self.processes[server] = _Process(State.RUNNING, 0, "started it")

    def restart(self, server: str, place: KeyPath) -> None:
        """See `Lives`."""
        path = (*self.path, *place)
        if self.known(path, server, at_key=False):
            if server not in _servers(self.scene):
                help_ = f"make two steps of it: kill: {server}, and start: {server} ..."
                message = f"{server} is a program, and no server"
                self.scene.problem(path, message, Code.PROCESS_STATE, help_=help_)
            self._set(server, State.RUNNING, "started it again")

    def run(self, command: Command) -> None:
        """See `Lives`: another one of it may run beside it."""
        self.time_passes()
        if command.mode == "daemon" and self.scene.whole and _nothing_ends(self.scene):
            message = f"'run' waits for the end of {command.name}, and nothing ends a daemon here"
            start = f"write start: {command.program} daemon, and stop it in a later step"
            self.scene.problem((*self.path, "run"), message, Code.PROCESS_STATE, help_=start)
            self._set(command.name, State.UNCERTAIN, "ran it")
            return
        before = self.processes.get(command.name)
        beside = before is not None and before.state in (State.RUNNING, State.UNCERTAIN)
        self._set(command.name, State.UNCERTAIN if beside else State.ENDED, "ran it to its end")
        self.processes[command.name].ran = command

    def address(self, process: str, place: KeyPath, leaves: State, by: str, *, at_key: bool = False) -> None:
        """See `Lives`."""
        if self._is_there((*self.path, *place), process, at_key=at_key):
            self._set(process, leaves, by)

    def wait_for(self, process: str, place: KeyPath) -> None:
        """See `Lives`."""
        if self._is_there((*self.path, *place), process, at_key=False, waits=True):
            self._set(process, State.ENDED, "waited for it")

    def time_passes(self) -> None:
        """See `Lives`."""
        for process in self.processes.values():
            if process.state is State.RUNNING and process.ends_by_itself:
                process.state = State.UNCERTAIN

    def trouble_comes(self) -> None:
        """See `Lives`."""
        for process in self.processes.values():
            if process.state is State.RUNNING:
                process.state = State.UNCERTAIN

    def power_goes(self) -> None:
        """See `Lives`."""
        servers = _servers(self.scene)
        for name in self.processes:
            if name in servers:  # they start with the machine
                self._set(name, State.RUNNING, "started it again")
            else:
                self._set(name, State.KILLED, "took its power away")

    def call(self, call: Call, place: KeyPath) -> None:
        """See `Lives`."""
        for where, name in call.references("process"):
            self._has_come((*self.path, *place, *where), name, "fault", at_key=False)

    def check(self, check: Expected, place: KeyPath) -> None:
        """See `Lives`: what it names must have been started."""
        for where, named in _processes(check):
            self._has_come((*self.path, *place, *where), named.name, "check", at_key=named.at_key)

    def _is_there(self, path: KeyPath, name: str, *, at_key: bool, waits: bool = False) -> bool:
        if not self.known(path, name, at_key=at_key):
            return False
        if not self.scene.whole:
            return True
        process = self.processes.get(name)
        if process is None:
            message = f"{name} has not been started before this step"
            help_ = f"add a step like '{_first_start(name)}' above it"
        elif process.state is State.ENDED or (process.state is State.KILLED and not waits):
            line = self.scene.line_of_step(process.step)
            message = f"this step comes after the end of {name}: line {line} {process.by}"
            again = f"restart: {name}" if name in _servers(self.scene) else f"start {name} again"
            help_ = f"{again} before this step, or take the step out"
            if process.ran is not None:
                start = f"start: {name} {process.ran.mode}"
                help_ = f"'run' waits for its end: write {start} on line {line}, or take this step out"
        else:
            return True
        self.scene.problem(path, message, Code.PROCESS_STATE, help_=help_, at_key=at_key)
        return False

    def _has_come(self, path: KeyPath, name: str, before: str, *, at_key: bool) -> None:
        known = self.known(path, name, at_key=at_key)
        if known and self.scene.whole and name not in self.processes:
            message = f"{name} has not been started before this {before}"
            help_ = f"add a step like '{_first_start(name)}' above it"
            help_ += ", or check it in 'then'" if before == "check" else ""
            self.scene.problem(path, message, Code.PROCESS_STATE, help_=help_, at_key=at_key)

    def _set(self, name: str, state: State, by: str) -> None:
        self.processes[name] = _Process(state, self.index, by)


def check_timeline(scene: Scene) -> None:
    """Add the mistakes of the steps' order, times and processes, and of the processes that `then` names."""
    scenario = scene.scenario
    started = [step.verb.command for step in scenario.when]
    servers = _servers(scene)
    programs = tuple(dict.fromkeys([*(command.name for command in started if command is not None), *servers]))
    timeline = _Timeline(scene, programs)
    for server in servers:
        timeline.start_with_project(server)
    for timeline.index, step in enumerate(scenario.when):
        timeline.path = ("when", timeline.index)
        if step.trigger is not None:
            step.trigger.lives(timeline)
            timeline.time_passes()
        step.verb.lives(timeline)
    named = _Named(scene, programs)
    for chapter, steps in (("meanwhile", scenario.meanwhile), ("cleanup", scenario.cleanup)):
        for index, step in enumerate(steps):
            named.path = (chapter, index)
            if step.trigger is not None:
                step.trigger.lives(named)
            step.verb.lives(named)
    named.path = ()
    named.check(scenario.then, ("then",))
    _check_times(scene)


def _servers(scene: Scene) -> tuple[str, ...]:
    """The servers of the project that are processes of their own."""
    return tuple(server.name for server in _all_servers(scene) if not is_embedded(server.engine))


def _all_servers(scene: Scene) -> Sequence[ServerConf]:
    return () if scene.project is None else scene.project.servers


def _nothing_ends(scene: Scene) -> bool:
    """Whether a daemon that a step runs never ends for certain: no other step, no trouble and no limit is there."""
    scenario, project = scene.scenario, scene.project
    if project is None or scenario.meanwhile or scenario.limit is not None or scenario.given.outset.rooms:
        return False
    survey = Survey(scenario, project)
    return not (survey.has_trouble or survey.has_own_code or project.strategies)


def _processes(expected: Expected) -> Iterator[tuple[KeyPath, Named]]:
    """The processes that expectations name, each with its place below them."""
    for word in expected.words:
        yield from (((word.place, *named.place), named) for named in word.names() if named.what == "process")


def _check_times(scene: Scene) -> None:
    # The earliest that a step can come: waits of unknown length count as none.
    now, limit = 0, scene.scenario.limit
    for index, step in enumerate(scene.scenario.when):
        path: KeyPath = ("when", index)
        trigger = step.trigger
        if trigger is not None and trigger.moment is not None and trigger.moment < now:
            time, taken = format_duration(trigger.moment), format_duration(now)
            message = f"this step is at {time}, and the steps before it take {taken}"
            help_ = "'at' counts from the start of the scenario, 'after' from the end of the step before"
            where = (*path, trigger.key)
            scene.problem(where, message, Code.TIME_ORDER, expected=f"{taken} or later", help_=help_)
        if trigger is not None:
            now = trigger.plan(Planned(now, exact=True)).time
        if limit is not None and now > limit:
            message = "this step comes after the end of the scenario"
            expected = f"{format_duration(limit)} at most, as 'limit' says"
            help_ = "give the step an earlier time, or the scenario a longer limit"
            where = (*path, trigger.key) if trigger is not None and not trigger.below else path
            scene.problem(where, message, Code.TIME_ORDER, expected=expected, help_=help_)
            # Every step after it comes too late as well.
            return
        now += step.verb.takes() or 0


def _first_start(name: str) -> str:
    """A step that starts a program of that name."""
    modes = [spec.modes[0] for program, spec in PROGRAMS.items() if program == name]
    return f"start: {name} {modes[0]}" if modes else f"start: {{command: wparse daemon, as: {name}}}"
