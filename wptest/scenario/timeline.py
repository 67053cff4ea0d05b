"""The steps one after the other: which processes run at each, and whether its time can come.

Only what is certain is a mistake here. A program that may have ended by itself may be started again, and one
that may still run may be waited for; what then happens, the run tells.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from engine.programs.command import PROGRAMS, Command
from engine.text.mistake import one_of
from engine.text.source_text import KeyPath
from engine.units import format_duration
from wptest.scenario.proof.survey import Survey
from wptest.scenario.scene import Scene
from wptest.shapes.extension import Call
from wptest.text.codes import Code
from wptest.words import actions
from wptest.words.expect import Expected
from wptest.words.steps import Step


class _State(Enum):
    """What is known of a process before a step."""

    RUNNING = "running"
    UNCERTAIN = "may have ended"
    KILLED = "killed"
    ENDED = "ended"


@dataclass
class _Process:
    state: _State
    step: int
    by: str
    ends_by_itself: bool = False


@dataclass
class _Timeline:
    scene: Scene
    programs: tuple[str, ...]
    processes: dict[str, _Process] = field(default_factory=dict)

    def walk(self) -> None:
        for index, step in enumerate(self.scene.scenario.when):
            path = ("when", index)
            trigger = step.trigger
            if isinstance(trigger, actions.UponLog):
                self.known((*path, "upon", "log", trigger.process), trigger.process, at_key=True)
            if trigger is not None:
                self._time_passes()
            self._act(path, index, step)

    def beside(self) -> None:
        """Check the processes that steps of `meanwhile` name: whether they run by then, the run tells."""
        for index, step in enumerate(self.scene.scenario.meanwhile):
            path = ("meanwhile", index)
            if isinstance(step.trigger, actions.UponLog):
                self.known((*path, "upon", "log", step.trigger.process), step.trigger.process, at_key=True)
            match step.action:
                case actions.Signal(process, _):
                    self.known((*path, "signal", process), process, at_key=True)
                case actions.Kill(process):
                    self.known((*path, "kill"), process, at_key=False)
                case actions.CallFault(call):
                    self._call((*path, "fault"), call, "")
                case _:
                    pass

    def clean_up(self) -> None:
        """Check the processes that the cleanup names: it doesn't matter whether they have ended by then."""
        for index, step in enumerate(self.scene.scenario.cleanup):
            match step.deed:
                case actions.Signal(process, _):
                    self.known(("cleanup", index, "signal", process), process, at_key=True)
                case actions.Kill(process):
                    self.known(("cleanup", index, "kill"), process, at_key=False)
                case actions.WaitExit(process):
                    self.known(("cleanup", index, "wait", "exit"), process, at_key=False)
                case _:
                    pass

    def known(self, path: KeyPath, name: str, *, at_key: bool) -> bool:
        """Whether the scenario starts a program of that name; a mistake at `path` where it doesn't."""
        if name in self.programs:
            return True
        if name not in PROGRAMS:
            known = self.programs if self.programs and self.scene.whole else tuple(PROGRAMS)
            self.scene.unknown(path, "process", name, known, Code.UNKNOWN_PROCESS, at_key=at_key)
        elif self.scene.whole:
            message = f"no step of 'when' starts or runs {name}"
            expected = one_of(self.programs) if self.programs else None
            help_ = f"add a step like 'start: {name} {_first_mode(name)}'"
            self.scene.problem(path, message, Code.UNKNOWN_PROCESS, expected=expected, help_=help_, at_key=at_key)
        return False

    def _act(self, path: KeyPath, index: int, step: Step) -> None:
        match step.action:
            case actions.Start(command):
                self._start(path, index, command)
            case actions.Run(command):
                self._run(path, index, command)
            case actions.Signal(process, signal):
                if self._addressed((*path, "signal", process), process, at_key=True):
                    self._set(process, _State.KILLED if signal == "KILL" else _State.UNCERTAIN, index, "stopped it")
            case actions.Kill(process):
                if self._addressed((*path, "kill"), process, at_key=False):
                    self._set(process, _State.KILLED, index, "killed it")
            case actions.WaitExit(process):
                if self._addressed((*path, "wait", "exit"), process, at_key=False, waits=True):
                    self._set(process, _State.ENDED, index, "waited for it")
                self._time_passes()
            case actions.WaitIdle() | actions.WaitTime() | actions.WaitEvent():
                self._time_passes()
            case actions.Inject():
                # A fault may end any program that doesn't tolerate it.
                self._time_passes(faulty=True)
            case actions.CallFault(call):
                self._call((*path, "fault"), call, "fault")
                self._time_passes(faulty=True)
            case actions.CheckNow(check):
                self.expectations((*path, "check"), check, before="check")
            case actions.PowerLoss():
                for name in self.processes:
                    self._set(name, _State.KILLED, index, "took its power away")
            case _:
                pass

    def _start(self, path: KeyPath, index: int, command: Command) -> None:
        running = self.processes.get(command.program)
        if running is not None and running.state is _State.RUNNING and self.scene.whole:
            line = self.scene.line_of_step(running.step)
            message = f"{command.program} is still running: the step on line {line} started it"
            help_ = f"stop it first: 'signal: {{{command.program}: TERM}}' and 'wait: {{exit: {command.program}}}'"
            self.scene.problem((*path, "start"), message, Code.PROCESS_STATE, help_=help_)
        self._set(command.program, _State.RUNNING, index, "started it")
        self.processes[command.program].ends_by_itself = command.mode != "daemon"

    def _run(self, path: KeyPath, index: int, command: Command) -> None:
        self._time_passes()
        if command.mode == "daemon" and self.scene.whole and _nothing_ends(self.scene):
            message = f"'run' waits for the end of {command.program}, and nothing ends a daemon here"
            start = f"write start: {command.program} daemon, and stop it in a later step"
            self.scene.problem((*path, "run"), message, Code.PROCESS_STATE, help_=start)
            self._set(command.program, _State.UNCERTAIN, index, "ran it")
            return
        before = self.processes.get(command.program)
        beside = before is not None and before.state in (_State.RUNNING, _State.UNCERTAIN)
        self._set(command.program, _State.UNCERTAIN if beside else _State.ENDED, index, "ran it to its end")

    def _addressed(self, path: KeyPath, name: str, *, at_key: bool, waits: bool = False) -> bool:
        if not self.known(path, name, at_key=at_key):
            return False
        if not self.scene.whole:
            return True
        process = self.processes.get(name)
        if process is None:
            message = f"{name} has not been started before this step"
            help_ = f"add a step like 'start: {name} {_first_mode(name)}' above it"
        elif process.state is _State.ENDED or (process.state is _State.KILLED and not waits):
            line = self.scene.line_of_step(process.step)
            message = f"this step comes after the end of {name}: line {line} {process.by}"
            help_ = f"start {name} again before this step, or take the step out"
            command = self.scene.scenario.when[process.step].run
            if command is not None:
                start = f"start: {name} {command.mode}"
                help_ = f"'run' waits for its end: write {start} on line {line}, or take this step out"
        else:
            return True
        self.scene.problem(path, message, Code.PROCESS_STATE, help_=help_, at_key=at_key)
        return False

    def expectations(self, path: KeyPath, expected: Expected, *, before: str = "") -> None:
        """Check the processes that an expectation names; those of a step must have been started `before` it."""
        for word in expected.words:
            for named in word.names():
                if named.what == "process":
                    place = (*path, word.place, *named.place)
                    self._expected(place, named.name, before, at_key=named.at_key)

    def _call(self, path: KeyPath, call: Call, before: str) -> None:
        for where, name in call.references("process"):
            self._expected((*path, *where), name, before, at_key=False)

    def _expected(self, path: KeyPath, name: str, before: str, *, at_key: bool) -> None:
        known = self.known(path, name, at_key=at_key)
        if known and before and self.scene.whole and name not in self.processes:
            message = f"{name} has not been started before this {before}"
            help_ = f"add a step like 'start: {name} {_first_mode(name)}' above it"
            help_ += ", or check it in 'then'" if before == "check" else ""
            self.scene.problem(path, message, Code.PROCESS_STATE, help_=help_, at_key=at_key)

    def _time_passes(self, *, faulty: bool = False) -> None:
        for process in self.processes.values():
            if process.state is _State.RUNNING and (process.ends_by_itself or faulty):
                process.state = _State.UNCERTAIN

    def _set(self, name: str, state: _State, index: int, by: str) -> None:
        self.processes[name] = _Process(state, index, by)


def check_timeline(scene: Scene) -> None:
    """Add the mistakes of the steps' order, times and processes, and of the processes that `then` names."""
    started = [step.run or step.start for step in scene.scenario.when]
    programs = tuple(dict.fromkeys(command.program for command in started if command is not None))
    timeline = _Timeline(scene, programs)
    timeline.walk()
    timeline.beside()
    timeline.clean_up()
    timeline.expectations(("then",), scene.scenario.then)
    _check_times(scene)


def _nothing_ends(scene: Scene) -> bool:
    """Whether a daemon that a step runs never ends for certain: no other step, no trouble and no limit is there."""
    scenario, project = scene.scenario, scene.project
    if project is None or scenario.meanwhile or scenario.limit is not None or scenario.given.disk:
        return False
    survey = Survey(scenario, project)
    return not (survey.has_trouble or survey.has_own_code or project.strategies)


def _check_times(scene: Scene) -> None:
    # The earliest that a step can come: waits of unknown length count as none.
    now, limit = 0, scene.scenario.limit
    for index, step in enumerate(scene.scenario.when):
        path: KeyPath = ("when", index)
        if step.at is not None and step.at < now:
            message = (
                f"this step is at {format_duration(step.at)}, and the steps before it take {format_duration(now)}"
            )
            expected = f"{format_duration(now)} or later"
            help_ = "'at' counts from the start of the scenario, 'after' from the end of the step before"
            scene.problem((*path, "at"), message, Code.TIME_ORDER, expected=expected, help_=help_)
        now = max(now, step.at or 0) + (step.after or 0)
        if limit is not None and now > limit:
            message = "this step comes after the end of the scenario"
            expected = f"{format_duration(limit)} at most, as 'limit' says"
            key = next((name for name in ("at", "after") if getattr(step, name) is not None), None)
            help_ = "give the step an earlier time, or the scenario a longer limit"
            where = (*path, key) if key else path
            scene.problem(where, message, Code.TIME_ORDER, expected=expected, help_=help_)
            # Every step after it comes too late as well.
            return
        if isinstance(step.action, actions.WaitTime):
            now += step.action.duration


def _first_mode(program: str) -> str:
    return next(spec.modes[0] for name, spec in PROGRAMS.items() if name == program)
