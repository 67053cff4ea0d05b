"""What of a scenario real processes can't do, or can't be seen to do: each with its place and the reason."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator

from engine.rescue.name import LOCK, parse_name
from engine.units import format_duration
from wptest.scenario.deeds import deeds
from wptest.scenario.load import LoadedVariant
from wptest.subject.dialect import Dialect
from wptest.subject.log_lines import AT_INFO, FROM_LOGS, QUIET_LEVELS
from wptest.subject.on_real_disk import name_clashes
from wptest.subject.programs import Programs
from wptest.subject.project_copy import why_not_copied
from wptest.subject.project_files import package_of, phases_text
from wptest.subject.rooms import why_no_rooms
from wptest.subject.unprivileged import why_not_as_nobody
from wptest.words import actions
from wptest.words.expect import Check
from wptest.words.given import DEFAULT_CLOCK
from wptest.words.inline import InlineProject
from wptest.words.obstacle import Beyond, Obstacle, Path

# Events that are seen otherwise than in logs.
_SEEN = frozenset({
    "rescue.created", "rescue.released", "recovery.file_removed", "recovery.ended", "checkpoint.saved",
    "sink.delivered", "source.accepted", "source.ended",
    "program.started", "program.exited", "program.killed",
})  # fmt: skip
_SAMPLED = frozenset({"checkpoint.saved"})  # may come and go between two looks
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:_\d{2}:\d{2}:\d{2})?|\d{2}:\d{2}(?::\d{2})?")


_Reason = tuple[Beyond, str]


def obstacles(variant: LoadedVariant, programs: Programs) -> list[Obstacle]:
    """Everything in the scenario that stands in the way, known before anything is started."""
    look = _Look(variant, programs)
    found = [*look.project_(), *look.given(), *look.steps(), *look.expectations(), *name_clashes(variant)]
    return list(dict.fromkeys(found))


def too_long(variant: LoadedVariant, programs: Programs, took: int) -> Iterator[Obstacle]:
    """Whether it takes too long in real time, given how long it takes in the engine."""
    if took > programs.longest:
        path = ("when", len(variant.scenario.when) - 1)
        most = format_duration(programs.longest)
        yield Obstacle(
            Beyond.LONG, path, f"it would take {format_duration(_rounded(took))}, and the longest is {most}"
        )


def common_phases(variant: LoadedVariant) -> str | None:
    """The phases of all `test_rescue` sinks of a project directory, where one variable can say them; None else."""
    kind = "test_rescue"
    own = variant.directory.load().sinks if variant.directory is not None else ()
    if any(sink.type == kind and sink.phases is not None for sink in own):
        return None
    wanted = {sink.phases for sink in variant.project.sinks if sink.type == kind}
    phases = wanted.pop() if len(wanted) == 1 else None
    return None if phases is None else phases_text(phases)


def uses_chmod(variant: LoadedVariant) -> bool:
    """Whether permission bits matter in it."""
    return any(isinstance(action, actions.Chmod) for _, action in deeds(variant.scenario))


def uses_rooms(variant: LoadedVariant) -> bool:
    """Whether a directory has a size in it."""
    resizes = any(isinstance(action, actions.Resize) for _, action in deeds(variant.scenario))
    return resizes or bool(variant.scenario.given.disk)


def _rounded(nanoseconds: int) -> int:
    second = 1_000_000_000
    return -(-nanoseconds // second) * second if nanoseconds > second else nanoseconds


class _Look:
    def __init__(self, variant: LoadedVariant, programs: Programs) -> None:
        self._variant = variant
        self._scenario = variant.scenario
        self._programs = programs
        self._dialect: Dialect = programs.dialect
        self._project = variant.project
        self._is_inline = isinstance(variant.scenario.project, InlineProject)

    def project_(self) -> Iterator[Obstacle]:
        here: Path = ("project",)
        if self._is_inline and not self._dialect.writes_projects:
            yield Obstacle(
                Beyond.PROJECT,
                here,
                f"programs of dialect {self._dialect.name} need WPL and OML: name a directory",
            )
        if self._project.strategies:
            yield Obstacle(
                Beyond.STRATEGY, (*here, "strategy"), "the files of a project have no place for strategies"
            )
        for sink in self._project.sinks:
            if sink.foreign is not None:
                yield Obstacle(
                    Beyond.PYTHON, here, f"the sink {sink.name} is Python code that runs inside the engine"
                )
            elif sink.path is None:
                yield Obstacle(
                    Beyond.HIDDEN, here, f"what the {sink.type} {sink.name} takes can't be seen from outside"
                )
            if sink.phases is not None and not self._dialect.has_phases:
                yield Obstacle(
                    Beyond.PROJECT, here, f"programs of dialect {self._dialect.name} have phases of their own"
                )
        if self._variant.directory is not None:
            for reason in why_not_copied(self._variant.directory, self._project):
                yield Obstacle(Beyond.PROJECT, here, reason)
        if self._is_inline:
            yield from self._rules()

    def _rules(self) -> Iterator[Obstacle]:
        for group in self._project.groups:
            for rule in group.rules:
                if not rule.startswith(("/", "*")):
                    yield Obstacle(
                        Beyond.PROJECT,
                        ("project",),
                        f"the rule {rule} begins with no slash, as project files want it",
                    )
        for sample in self._project.samples:
            if package_of(sample.rule) is None:
                message = f"lines of rule {sample.rule} have no package: its name would have a slash in it"
                yield Obstacle(Beyond.PROJECT, ("given", "source"), message)

    def given(self) -> Iterator[Obstacle]:
        given = self._scenario.given
        if given.clock != DEFAULT_CLOCK:
            yield Obstacle(Beyond.CLOCK, ("given", "clock"), "the clock of the machine can't be set")
        rate = self._project.source.rate
        if rate != int(rate):
            yield Obstacle(Beyond.PROJECT, ("given", "source"), f"programs read whole lines a second, not {rate:g}")
        if given.phases and not self._is_inline and common_phases(self._variant) is None:
            message = (
                "a directory's sinks get phases by the environment: all of them the same, and no other of their own"
            )
            yield Obstacle(Beyond.PROJECT, ("given", "phases"), message)
        if given.filters:
            message = "what a filter lets through is said by the scenario, and real programs don't know it"
            yield Obstacle(Beyond.PROJECT, ("given", "filters"), message)
        if given.source is not None and given.source.patterns:
            message = "real programs know a line's rule by its sample, not by a pattern"
            yield Obstacle(Beyond.PROJECT, ("given", "source", "patterns"), message)
        if given.disk and why_no_rooms():
            yield Obstacle(Beyond.MACHINE, ("given", "disk"), why_no_rooms())
        yield from self._future()

    def _future(self) -> Iterator[Obstacle]:
        """Given rescue files whose time lies on another side of now than in the scenario."""
        if not any(isinstance(each, actions.Run | actions.Start) and each.command.program == "wparse"
                   for _, each in deeds(self._scenario)):  # fmt: skip
            return
        there = time.strftime("%Y-%m-%d_%H:%M:%S", time.gmtime(self._scenario.given.clock // 1_000_000_000))
        here = time.strftime("%Y-%m-%d_%H:%M:%S", time.gmtime())
        for path in self._given_files():
            name = parse_name(path.removesuffix(LOCK))
            if name is not None and (name.time > there) != (name.time > here):
                message = f"{path} is newer than what the run makes, and on a real clock it is older"
                yield Obstacle(Beyond.CLOCK, ("given", "files"), message)

    def steps(self) -> Iterator[Obstacle]:
        chapters = (("when", self._scenario.when), ("meanwhile", self._scenario.meanwhile))
        for chapter, steps in chapters:
            for index, step in enumerate(steps):
                for kind, reason in self._trigger(step.trigger):
                    yield Obstacle(kind, (chapter, index, "upon"), reason)
        for path, action in deeds(self._scenario):
            for kind, reason in self._action(action):
                yield Obstacle(kind, path, reason)

    def _trigger(self, trigger: actions.Trigger | None) -> Iterator[_Reason]:
        match trigger:
            case actions.UponOperation():
                yield Beyond.OPERATION, "the operations of a real process can't be waited for"
            case actions.UponEvent(event):
                yield from self._event(event)
            case _:
                return

    def _action(self, action: actions.Action) -> Iterator[_Reason]:
        match action:
            case actions.Run(command) | actions.Start(command):
                if command.program not in self._programs.names:
                    yield Beyond.PROGRAM, f"there is no {command.program} in {self._programs.given}"
                elif (why := self._dialect.why_missing(command.text)) is not None:
                    yield Beyond.PROGRAM, why
            case actions.Inject():
                yield Beyond.FAULT, "operations of a real file system can't be made to fail one by one"
            case actions.CallFault(call):
                yield Beyond.PYTHON, f"the fault {call.key} is Python code that acts on the engine"
            case actions.ChangeClock():
                yield Beyond.CLOCK, "the clock of the machine can't be changed"
            case actions.PowerLoss():
                yield Beyond.POWER, "the power of the machine can't be cut"
            case actions.Resize() if why_no_rooms():
                yield Beyond.MACHINE, why_no_rooms()
            case actions.Chmod() if why_not_as_nobody(self._programs):
                yield Beyond.MACHINE, why_not_as_nobody(self._programs)
            case actions.WaitEvent(event):
                yield from self._event(event)
            case _:
                return

    def _event(self, event: str) -> Iterator[_Reason]:
        level = self._project.log_level
        if event not in _SEEN | FROM_LOGS:
            yield Beyond.HIDDEN, f"{event} can't be seen from outside"
        elif event in AT_INFO and level in QUIET_LEVELS:
            yield Beyond.HIDDEN, f"{event} is known from the log, which has no such messages at level {level}"

    def expectations(self) -> Iterator[Obstacle]:
        then = self._scenario.then
        yield from self._check(then, ("then",))
        for key, events in (("must_happen", then.must_happen), ("must_not_happen", then.must_not_happen)):
            for index, event in enumerate(events):
                for kind, reason in self._event(event):
                    yield Obstacle(kind, ("then", key, index), reason)
                if key == "must_not_happen" and event in _SAMPLED:
                    yield Obstacle(
                        Beyond.HIDDEN, ("then", key, index), f"one {event} may happen without being seen"
                    )
        for path, action in deeds(self._scenario):
            if isinstance(action, actions.CheckNow):
                yield from self._check(action.check, (*path, "check"))

    def _check(self, check: Check, path: Path) -> Iterator[Obstacle]:
        for call in check.calls:
            message = f"the check {call.key} may look at what only the engine shows"
            yield Obstacle(Beyond.PYTHON, (*path, call.key), message)
        if check.checkpoint is not None and not self._dialect.has_checkpoint:
            message = f"the checkpoint of dialect {self._dialect.name} is another one"
            yield Obstacle(Beyond.PROGRAM, (*path, "checkpoint"), message)
        if check.ledger is not None and check.ledger.in_flight is not None:
            message = "what a real process has in its memory can't be seen"
            yield Obstacle(Beyond.HIDDEN, (*path, "ledger", "in_flight"), message)
        known = " ".join(self._given_files())
        for place, pattern in _patterns(check):
            times = [each for each in _TIME.findall(pattern) if each not in known]
            if times:
                message = f"'{pattern}' has a time of the simulated clock in it: {times[0]}"
                yield Obstacle(Beyond.CLOCK, (*path, *place), message)

    def _given_files(self) -> list[str]:
        written = [
            path
            for _, action in deeds(self._scenario)
            for path in (action.files if isinstance(action, actions.Write) else ())
        ]
        return [*self._scenario.given.files, *written]


def _patterns(check: Check) -> Iterable[tuple[Path, str]]:
    """Patterns that names of rescue files are compared with."""
    if check.replay is not None:
        for index, pattern in enumerate(check.replay.files or ()):
            yield ("replay", "files", index), pattern.pattern
    for pattern in check.checkpoint or ():
        yield ("checkpoint", pattern.pattern), pattern.pattern
    for process, expected in check.log.items():
        for index, pattern in enumerate(expected.in_order):
            yield ("log", process, index), pattern.pattern
        for pattern in (*expected.never, *expected.exactly):
            yield ("log", process), pattern.pattern
    for process, stats in check.metrics.items():
        for stat, targets in stats.items():
            for pattern in targets:
                yield ("metrics", process, stat, pattern.pattern), pattern.pattern
