"""A scenario's `project:`, written out or as a directory, becomes the engine's `Project`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path

from engine.project.database_conf import ServerConf
from engine.project.identity import identified
from engine.project.model import INFRA_GROUPS, ForeignConf, GroupConf, GroupExpect, Project, SinkConf, SinkExpect
from engine.project.sharing import DEFAULT_RULE, made_up
from engine.sinks.kinds import SINK_KINDS
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.python import PYTHON_KIND
from engine.text.diagnostic import Diagnostic, sorted_unique
from engine.text.source_text import KeyPath
from wptest.extend.sink_methods import without_object
from wptest.scenario.databases.inline_databases import database_of, inline_servers
from wptest.scenario.directory import Directories, Directory, in_its_file
from wptest.scenario.root import Root
from wptest.scenario.scenario import Scenario
from wptest.shapes.extension import Call
from wptest.text.codes import Code
from wptest.text.yaml_document import YamlDocument
from wptest.words.setting.given import Given
from wptest.words.setting.inline import GroupShare, InlineGroup, InlineProject, InlineSink, SinkShare

TARGETS = "data/out_dat"
_Servers = Mapping[str, ServerConf]

_DEFAULT_SPEED_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class FoundProject:
    """A scenario's project with what `given` changes in it, or None and what is wrong; its directory, if any."""

    project: Project | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    directory: Directory | None = None


class Projects:
    """Gives each variant of a file's scenarios its project.

    Args:
        root: how far they may reach for one.
    """

    def __init__(self, root: Root) -> None:
        self._directories = Directories(root)

    def project_of(self, document: YamlDocument, scenario: Scenario) -> FoundProject:
        """The project of a variant."""
        if isinstance(scenario.project, InlineProject):
            problems = _repeated_sinks(document, scenario.project)
            if problems:
                return FoundProject(problems=problems)
            return FoundProject(
                altered(inline_project(scenario.scenario, scenario.project, scenario.given), scenario.given)
            )
        directory = self._directories.find(document, scenario.project, scenario.given.outset)
        if isinstance(directory, list):
            return FoundProject(problems=directory)
        project = self._directories.load(directory)
        if isinstance(project, list):
            return FoundProject(problems=project)
        return FoundProject(altered(project, scenario.given), directory=directory)


def warnings_of(document: YamlDocument, scenario: Scenario, found: FoundProject) -> tuple[Diagnostic, ...]:
    """What is no mistake in a project directory, and what the scenario leaves open or gives in vain."""
    if found.directory is None or found.project is None:
        return ()
    told = [in_its_file(found.directory.path, problem) for problem in found.project.warnings]
    for sink in found.project.sinks:
        if sink.filtered and sink.passing is None:
            message = f"the sink '{sink.id}' has a filter, and nobody says what it lets through: all lines pass"
            help_ = f"given: {{filters: {{{json.dumps(sink.id, ensure_ascii=False)}: 0.5}}}}, or a pattern"
            told.append(document.diagnostic_at(("project",), message, Code.PROJECT_WARNING, help_=help_))
    for path in scenario.given.outset.paths:
        if path not in found.project.origin.mapped:
            message = f"no file of the project leads to '{path}'"
            where, help_ = ("given", "paths", path), "leave it out"
            told.append(document.diagnostic_at(where, message, Code.UNUSED, help_=help_, at_key=True))
    warnings = sorted_unique(replace(each, severity="warning") for each in told)
    return (*warnings, *_stand_ins(found.directory.path, found.project))


def inline_project(name: str, written: InlineProject, given: Given) -> Project:
    """The project that a scenario writes out, with the infra groups that every project has."""
    speed_limit = _DEFAULT_SPEED_LIMIT if written.speed_limit is None else written.speed_limit
    servers = inline_servers(written)
    return Project(
        name,
        identified((*_business_groups(written, servers), *(_infra_group(group) for group in INFRA_GROUPS))),
        tuple(map(made_up, given.outset.shares or (DEFAULT_RULE,))),
        rescue_root=written.rescue_root,
        log_level=written.log_level,
        speed_limit=speed_limit,
        robust=written.robust,
        strategies={str(key): strategy for key, strategy in written.strategy.items()},
        servers=tuple(servers.values()),
    )


def _business_groups(written: InlineProject, servers: _Servers) -> tuple[GroupConf, ...]:
    if written.sinks is not None:
        return (_group("business", ("*",), written.sinks, servers, written.expect),)
    groups: Mapping[str, InlineGroup] = written.groups or {}
    return tuple(
        _group(
            name, tuple(rule.pattern for rule in group.rule), group.sinks, servers, group.expect or written.expect
        )
        for name, group in groups.items()
    )


def _group(
    name: str,
    rules: tuple[str, ...],
    sinks: Mapping[str, InlineSink],
    servers: _Servers,
    expect: GroupShare | None,
) -> GroupConf:
    judged = _judged(expect) if expect is not None else None
    return GroupConf(
        name, tuple(_sink(key, sink, name, servers) for key, sink in sinks.items()), rules, expect=judged
    )


def _sink(name: str, sink: InlineSink, group: str, servers: _Servers) -> SinkConf:
    path = f"{TARGETS}/{sink.file or f'{name}.dat'}"
    expect = _share(sink.expect) if sink.expect is not None else None
    for call in sink.calls:
        return SinkConf(name, PYTHON_KIND, path, expect=expect, foreign=_foreign(call), group=group)
    kind = SINK_KINDS[sink.type]
    database = database_of(name, sink, kind, servers) if kind.target == "table" else None
    target = None if kind.target == "none" else path if database is None else database.target
    settings = tuple(sink.settings.items())
    return SinkConf(name, kind, target, sink.phases, expect, settings=settings, database=database, group=group)


def _foreign(call: Call) -> ForeignConf | None:
    if call.extension is None:
        return None
    class_ = call.extension.object
    return ForeignConf(
        partial(class_, **call.values),
        getattr(class_, "original", None),
        without_object(class_, "stored", call.values),
        without_object(class_, "reset", call.values),
        f"{call.extension.path}:{call.extension.line}",
    )


def _judged(expect: GroupShare) -> GroupExpect:
    return GroupExpect(expect.basis, expect.min_samples, expect.mode, expect.sum_tol, expect.others_max)


def _share(share: SinkShare) -> SinkExpect:
    return SinkExpect(share.ratio, share.tol or 0.0, share.min, share.max)


@cache
def _infra_group(name: str) -> GroupConf:
    sink = SinkConf(f"{name}_sink", FILE_KIND, f"{TARGETS}/{name}.dat", group=name)
    return GroupConf(name, (sink,), infra=True, is_built_in=True)


def altered(project: Project, given: Given) -> Project:
    """The project as what is given makes it."""
    for part in given.parts:
        project = part.alter(project)
    return project


def _repeated_sinks(document: YamlDocument, written: InlineProject) -> list[Diagnostic]:
    taken = {f"{name}_sink": f"the infra group '{name}'" for name in INFRA_GROUPS}
    named: dict[KeyPath, str] = {("project", "sinks", sink): "the project" for sink in written.sinks or ()}
    for group, conf in (written.groups or {}).items():
        named |= {("project", "groups", group, "sinks", sink): f"the group '{group}'" for sink in conf.sinks}
    problems: list[Diagnostic] = []
    for path, owner in named.items():
        sink = str(path[-1])
        if sink in taken:
            message = f"the sink '{sink}' is in {taken[sink]} already"
            # A rescue file names its sink and no group, so two of one name could not be told apart.
            help_ = "give each sink of a project a name of its own"
            problems.append(document.diagnostic_at(path, message, Code.WRONG_VALUE, help_=help_, at_key=True))
        taken.setdefault(sink, owner)
    return problems


def _stand_ins(root: Path, project: Project) -> Iterator[Diagnostic]:
    """Which sinks something else stands for, as a note of the project as a whole."""
    if project.stand_ins:
        named = ", ".join(f"{sink.id} for {sink.stands_for} ({sink.path})" for sink in project.stand_ins)
        yield Diagnostic(root, 0, 0, 0, f"stand-ins: {named}", code=Code.STAND_IN, severity="note")
