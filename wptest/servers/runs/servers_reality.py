"""What of a scenario can't be done where some of its servers are real: each with its place and the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from engine.databases.request import FaultPoint
from engine.project.database_conf import ServerConf
from engine.project.model import Project
from engine.servers.request_faults import CutAt, Disturbance, Refuse, Stopped, Troubled
from engine.servers.server_words import without_version
from engine.storage.glob import path_pattern
from engine.text.source_text import KeyPath
from wptest.scenario.load import LoadedVariant
from wptest.servers.runs.real_requests import BY_TRIGGER, TRANSACTIONAL
from wptest.servers.runs.real_settings import why_not_set_up
from wptest.servers.runs.real_troubles import REAL_TROUBLES
from wptest.servers.server_choice import ServerChoice
from wptest.subject.on_real_disk import of_words
from wptest.words.obstacle import Beyond, Obstacle, Reason
from wptest.words.stage import Reality

RealOnes = Sequence[tuple[ServerConf, ServerChoice]]
_OURS_ALONE = frozenset({"kill", "pause", "resume", "signal", "restart"})


def server_obstacles(variant: LoadedVariant, chosen: RealOnes) -> list[Obstacle]:
    """Everything in the scenario that stands in the way, known before a server is started."""
    found = [*_misfits(chosen), *_settings(chosen)]
    if not found:
        found += of_words(variant.scenario, RealServers(variant.project, chosen))
        found += [*_of_processes(variant, chosen), *_of_files(variant, chosen)]
    return list(dict.fromkeys(found))


def _misfits(chosen: RealOnes) -> Iterator[Obstacle]:
    for conf, choice in chosen:
        if not choice.fits(conf):
            what = f"{conf.name} is {conf.engine}, and {choice.called} has {choice.engines}"
            yield Obstacle(Beyond.SERVER, (*_place(conf), "engine"), what)


def _settings(chosen: RealOnes) -> Iterator[Obstacle]:
    for conf, choice in chosen:
        if choice.fits(conf):
            for place, why in why_not_set_up(conf, choice):
                yield Obstacle(Beyond.SERVER, (*_place(conf), *place), why)


def _of_processes(variant: LoadedVariant, chosen: RealOnes) -> Iterator[Obstacle]:
    """Steps that end or stop a server that isn't ours."""
    others = {conf.name: choice for conf, choice in chosen if not choice.is_ours}
    for path, step in variant.scenario.all_steps:
        for name in {hit.program for hit in step.verb.hits()} & others.keys():
            if step.verb.key in _OURS_ALONE:
                why = f"{name} is {others[name].written}, which was started by somebody else"
                yield Obstacle(Beyond.SERVER, (*path, step.verb.key), why)


def _of_files(variant: LoadedVariant, chosen: RealOnes) -> Iterator[Obstacle]:
    """Faults, triggers, sizes and steps about files of a server, which are its own affair."""
    tables = [
        sink.database.files[0]
        for conf, _ in chosen
        for sink in variant.project.sinks
        if sink.database is not None and sink.database.server.name == conf.name
    ]
    why = "the files of a real server are its own, and no fault of the run's disk reaches them"
    for path, step in variant.scenario.all_steps:
        operations = step.verb.operations
        patterns = [*([operations.pattern] if operations is not None else []), *step.verb.files]
        if step.trigger is not None and step.trigger.operations is not None:
            patterns.append(step.trigger.operations.pattern)
        fits = [path_pattern(each).fullmatch for each in patterns]
        if any(fit(table) or fit(table.rpartition("/")[0]) for fit in fits for table in tables):
            yield Obstacle(Beyond.SERVER, path, why)


def _place(conf: ServerConf) -> KeyPath:
    return ("project", "servers", conf.name)


@dataclass(frozen=True, slots=True)
class RealServers(Reality):
    """Programs are the engine's, and some servers are real."""

    never: ClassVar[Mapping[Beyond, str]] = {Beyond.POWER: "the power of a real server can't be cut"}

    project: Project
    chosen: RealOnes

    def why_requests_never_fail(self, server: str, wrong: Disturbance) -> Iterator[Reason]:
        """See `Reality.why_requests_never_fail`."""
        for conf, choice in self.chosen:
            if conf.name == server and (why := self._why_never(conf, choice, wrong)):
                yield Beyond.SERVER, why

    def why_no_moment(self, sink: str, point: FaultPoint) -> Iterator[Reason]:
        """See `Reality.why_no_moment`."""
        found = self.project.sink(sink)
        database = None if found is None else found.database
        for conf, choice in self.chosen:
            if database is not None and database.server.name == conf.name:
                if point == "before_commit" and not _can_hold(conf, choice):
                    yield Beyond.SERVER, f"a request can't be held between its rows and its end in {conf.engine}"
                elif point == "received" and not choice.is_ours:
                    why = f"{choice.called} was started by somebody else, and can't be stopped with a request"
                    yield Beyond.SERVER, why

    @staticmethod
    def _why_never(conf: ServerConf, choice: ServerChoice, wrong: Disturbance) -> str:
        match wrong:
            case Refuse(code):
                return f"{choice.called} refuses what it wants to: the code {code} can't be ordered of it"
            case CutAt("received"):
                return f"what {choice.called} has received it does"
            case CutAt("before_commit") if not _can_hold(conf, choice):
                return f"a request can't be ended between its rows and its end in {conf.engine}"
            case Stopped() if not choice.is_ours:
                return f"{choice.called} was started by somebody else, and can't be stopped"
            case Troubled(trouble):
                known = REAL_TROUBLES.get(choice.kind, {})
                if trouble not in known:
                    return f"{choice.called} can't be made '{trouble}' from here"
                if known[trouble].of_server and not choice.is_ours:
                    return f"{choice.called} was started by somebody else, and can't be made '{trouble}'"
            case _:
                pass
        return ""


def _can_hold(conf: ServerConf, choice: ServerChoice) -> bool:
    engine = without_version(conf.engine)
    return engine in TRANSACTIONAL or (engine in BY_TRIGGER and choice.is_ours)
