"""What one variant of a scenario has in it, looked up once for all that is asked about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.project.model import Project, SinkConf
from engine.sinks.kinds.python import PYTHON_KIND
from engine.text.source_text import KeyPath
from wptest.scenario.scenario import Scenario
from wptest.words.setting.given_file import GivenFile
from wptest.words.step import Step
from wptest.words.verb import Verb


class Survey:
    """A variant and its project. Every variant of every file is surveyed when it is loaded: this has to be quick.

    Attributes:
        steps: those of the timeline and beside it, each with its path.
        commands: what the timeline runs: programs and their modes.
        programs: these programs.
        sinks: all sinks of the project.
        written: the files that the scenario writes: where it says so, their paths, and what is in them.
        has_own_sinks: somebody's own sinks open what they like.
        has_own_code: somebody's own sinks or faults may write lines anywhere.
        has_trouble: something else than phases may keep a sink from its lines, exploring it for one, or lines wait
            already.
    """

    def __init__(self, scenario: Scenario, project: Project) -> None:
        self.scenario = scenario
        self.project = project
        self.steps: list[tuple[KeyPath, Step]] = [*scenario.steps_at_work]
        verbs = [step.verb for _, step in self.steps]
        commands = [command for step in scenario.when if (command := step.verb.command) is not None]
        self.commands = [(command.program, command.mode) for command in commands]
        self.programs = [program for program, _ in self.commands]
        self.sinks = project.sinks
        self.written = self._written()
        self.has_own_sinks = PYTHON_KIND in [sink.kind for sink in self.sinks]
        self.has_own_code = self.has_own_sinks or any(verb.is_own_code for verb in verbs)
        inside = f"{project.rescue_root}/"
        waits = [path for _, path, _ in self.written if path.startswith(inside)]
        explored = scenario.explore is not None
        keeps_back = any(verb.nature.keeps_back for verb in verbs)
        self.has_trouble = explored or bool(waits) or keeps_back or _servers_may_fail(project, verbs)

    def sink(self, name: str) -> SinkConf | None:
        """The sink that the scenario calls so."""
        return next((sink for sink in self.sinks if sink.id == name), None) or self.project.sink(name)

    def _written(self) -> list[tuple[KeyPath, str, GivenFile]]:
        found: list[tuple[KeyPath, str, GivenFile]] = []
        for path, file in self.scenario.given.outset.files.items():
            found.append((("given", "files", path), path, file))
        for place, step in self.steps:
            found += [((*place, step.verb.key, path), path, file) for path, file in step.verb.files.items()]
        return found


def _servers_may_fail(project: Project, verbs: Iterable[Verb[Any]]) -> bool:
    """Whether a step is about a database server, or one is set up so that it may refuse or be late."""
    if any(server.settings or server.columns for server in project.servers):
        return True
    names = {server.name for server in project.servers}
    return bool(names) and any(hit.program in names for verb in verbs for hit in verb.hits())
