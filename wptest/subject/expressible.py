"""What of a scenario real processes can't do, or can't be seen to do: each with its place and the reason."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import chain
from typing import Any

from engine.programs.program_specs import PROGRAMS
from engine.project.model import SinkConf
from engine.rescue.name import LOCK, parse_name
from engine.text.source_text import KeyPath
from engine.units import format_duration
from wptest.scenario.load import LoadedVariant
from wptest.subject.dialect import WPTEST, Dialect
from wptest.subject.on_real_disk import name_clashes, of_words
from wptest.subject.own_phases import has_own_phases
from wptest.subject.programs import Programs
from wptest.subject.projects.in_their_layout import is_written_out
from wptest.subject.projects.motor_layout import TYPES, always_up, why_not_in_wpl
from wptest.subject.projects.project_copy import why_not_copied
from wptest.subject.projects.project_files import has_topology
from wptest.subject.projects.seed_layout import package_of
from wptest.subject.reality import RealPrograms
from wptest.words.expectation import Expectation
from wptest.words.obstacle import Beyond, Obstacle, Reason
from wptest.words.verbs.files.directory_sizes import ResizeDirectories
from wptest.words.verbs.files.permissions import ChangeModes

# With the number of a further file of that second: if the first is given, that one still is of the run.
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:_\d{2}:\d{2}:\d{2}(?:-\d+)?)?|\d{2}:\d{2}(?::\d{2})?")


def obstacles(variant: LoadedVariant, programs: Programs) -> list[Obstacle]:
    """Everything in the scenario that stands in the way, known before anything is started."""
    look = _Look(variant, programs)
    found = [*look.project_(), *look.words(), *look.expectations(), *name_clashes(variant)]
    return list(dict.fromkeys(found))


def too_long(variant: LoadedVariant, programs: Programs, took: int) -> Iterator[Obstacle]:
    """Whether it takes too long in real time, given how long it takes in the engine."""
    if took > programs.longest:
        path = ("when", len(variant.scenario.when) - 1)
        most = format_duration(programs.longest)
        yield Obstacle(
            Beyond.LONG, path, f"it would take {format_duration(_rounded(took))}, and the longest is {most}"
        )


def uses_chmod(variant: LoadedVariant) -> bool:
    """Whether permission bits matter in it."""
    return any(isinstance(step.verb, ChangeModes) for _, step in variant.scenario.all_steps)


def uses_rooms(variant: LoadedVariant) -> bool:
    """Whether a directory has a size in it."""
    resizes = any(isinstance(step.verb, ResizeDirectories) for _, step in variant.scenario.all_steps)
    return resizes or bool(variant.scenario.given.outset.rooms)


def _rounded(nanoseconds: int) -> int:
    second = 1_000_000_000
    return -(-nanoseconds // second) * second if nanoseconds > second else nanoseconds


class _Look:
    def __init__(self, variant: LoadedVariant, programs: Programs) -> None:
        self._variant = variant
        self._scenario = variant.scenario
        self._dialect: Dialect = programs.dialect
        self._project = variant.project
        self._reality = RealPrograms(programs, variant)
        self._is_written = is_written_out(variant, programs.dialect)

    def project_(self) -> Iterator[Obstacle]:
        here: KeyPath = ("project",)
        yield from (Obstacle(kind, here, why) for kind, why in (*self._files(), *self._sinks()))
        if self._project.strategies:
            why = "the files of a project have no place for strategies"
            yield Obstacle(Beyond.STRATEGY, (*here, "strategy"), why)
        rate = self._project.source.rate
        if rate != int(rate):
            yield Obstacle(Beyond.PROJECT, ("given", "source"), f"programs read whole lines a second, not {rate:g}")
        for message in self._lines() if self._is_written else ():
            yield Obstacle(Beyond.PROJECT, ("given", "source"), message)

    def _lines(self) -> Iterator[str]:
        """Of which rules there can be no lines."""
        if self._dialect.layout == "motor":
            yield from why_not_in_wpl(self._project)
            return
        for sample in self._project.samples:
            if package_of(sample.rule) is None:
                yield f"lines of rule {sample.rule} have no package: its name would have a slash in it"

    def _files(self) -> Iterator[Reason]:
        """Why there can be no files of the project for real programs."""
        if self._is_written and self._dialect.layout is None:
            yield Beyond.PROJECT, f"programs of dialect {self._dialect.name} need WPL and OML: name a directory"
        if self._variant.directory is not None and not self._is_written:
            if self._dialect.layout == "motor" and not has_topology(self._variant.directory.path):
                yield Beyond.PROJECT, "it has the seed's layout, in which WarpParse's programs find no sinks"
            yield from ((Beyond.PROJECT, why) for why in why_not_copied(self._variant.directory, self._project))
        for rule in chain.from_iterable(group.rules for group in self._project.groups if self._is_written):
            if not rule.startswith(("/", "*")):
                yield Beyond.PROJECT, f"the rule {rule} begins with no slash, as project files want it"

    def _sinks(self) -> Iterator[Reason]:
        for sink in self._project.sinks:
            if sink.foreign is not None:
                yield Beyond.PYTHON, f"the sink {sink.name} is Python code that runs inside the engine"
            elif sink.database is not None:
                yield Beyond.HIDDEN, f"the server {sink.database.server.name} of {sink.name} is a simulated one"
            elif sink.path is None:
                yield Beyond.HIDDEN, f"what the {sink.type} {sink.name} takes can't be seen from outside"
            elif sink.kind.stands_in and self._dialect is not WPTEST:
                yield (
                    Beyond.HIDDEN,
                    f"the {sink.type} {sink.name} is no file there, and can't be looked at",
                )
            if (
                sink.foreign is None
                and self._dialect.layout == "motor"
                and self._is_written
                and sink.type not in TYPES
            ):
                yield Beyond.PROJECT, f"WarpParse has no sinks of type {sink.type}, as {sink.name} is"
            if sink.phases is not None and not self._goes_down_somehow(sink):
                yield Beyond.PROJECT, f"programs of dialect {self._dialect.name} have phases of their own"

    def _goes_down_somehow(self, sink: SinkConf) -> bool:
        """Whether its phases can be set, or are the programs' own, or it is written as one that is always up."""
        is_file = self._is_written and self._dialect.layout == "motor" and always_up(sink.phases or ())
        return self._dialect.has_phases or is_file or has_own_phases(sink, self._dialect, written=self._is_written)

    def words(self) -> Iterator[Obstacle]:
        yield from self._future()
        yield from of_words(self._scenario, self._reality)

    def _future(self) -> Iterator[Obstacle]:
        """Given rescue files whose time lies on another side of now than in the scenario."""
        commands = [step.verb.command for _, step in self._scenario.all_steps]
        if all(command is None or command.program != "wparse" for command in commands) or not self._may_put_aside:
            return
        there = time.strftime("%Y-%m-%d_%H:%M:%S", time.gmtime(self._scenario.given.outset.clock // 1_000_000_000))
        here = time.strftime("%Y-%m-%d_%H:%M:%S", time.gmtime())
        for path in self._given_files():
            name = parse_name(path.removesuffix(LOCK))
            if name is not None and (name.time > there) != (name.time > here):
                message = f"{path} is newer than what the run makes, and on a real clock it is older"
                yield Obstacle(Beyond.CLOCK, ("given", "files"), message)

    @property
    def _may_put_aside(self) -> bool:
        """Whether a sink may fail, so that `wparse` makes rescue files."""
        is_hindered = uses_rooms(self._variant) or uses_chmod(self._variant)
        return is_hindered or any(sink.goes_down or sink.kind.trouble for sink in self._project.sinks)

    def expectations(self) -> Iterator[Obstacle]:
        steps = self._scenario.steps_at_work
        checks = [((*path, step.verb.key), step.verb.check) for path, step in steps if step.verb.check is not None]
        known = " ".join(self._given_files())
        for path, expected in [(("then",), self._scenario.then), *checks]:
            for word in expected.words:
                here = (*path, word.place)
                yield from self._told_apart(here, word)
                for kind, place, what in word.obstacles(self._reality):
                    yield Obstacle(kind, (*here, *place), what)
                for sought in word.patterns():
                    times = [each for each in _TIME.findall(str(sought.pattern)) if each not in known]
                    if times and sought.kind != "printed line":
                        message = f"'{sought.pattern}' has a time of the simulated clock in it: {times[0]}"
                        yield Obstacle(Beyond.CLOCK, (*here, *sought.place), message)

    def _told_apart(self, here: KeyPath, word: Expectation[Any]) -> Iterator[Obstacle]:
        """All programs of a kind write one log, and say there what they do."""
        for named in word.names():
            if word.key in ("log", "metrics") and named.what == "process" and named.name not in PROGRAMS:
                what = f"what {named.name} logs can't be told from what others of its kind do"
                yield Obstacle(Beyond.HIDDEN, (*here, *named.place), what)

    def _given_files(self) -> list[str]:
        written = [path for _, step in self._scenario.all_steps for path in step.verb.files]
        return [*self._scenario.given.outset.files, *written]
