"""A project directory's files as a run has them on its disk, and the project that they are after its steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from engine.behaviour import Behaviour
from engine.directories.changed_files import Change
from engine.directories.load_project import load_project
from engine.directories.project_tree import ProjectFiles
from engine.directories.settings import CONF_PATH
from engine.project.database_conf import ServerConf
from engine.project.missing_files import as_read
from engine.project.model import Project
from engine.rows.row_table import RowTable
from engine.storage.disk_port import Disk, parent, write_all
from engine.text.diagnostic import Diagnostic
from engine.text.mistake import reason_of
from engine.text.problems import ProjectError
from wptest.run.outset import in_few_reads, shared_out
from wptest.scenario.directory import Directory
from wptest.scenario.load import LoadedVariant
from wptest.scenario.project import altered
from wptest.shapes.project_names import is_of_project

_Contents = frozenset[tuple[str, Change]]


def may_change(variant: LoadedVariant) -> bool:
    """Whether a step, or a file that is given, may change what programs read of their project when they start."""
    if variant.directory is None:
        return False
    scenario, asked = variant.scenario, variant.project.origin.asked
    verbs = [step.verb for _, step in scenario.all_steps]
    commands = [verb.command for verb in verbs if verb.command is not None]
    if any(verb.is_own_code for verb in verbs) or any(each.mode == "init" for each in commands):
        return True
    own_files = {"wpl", "conf"}
    if any(each.program == "wpgen" and own_files & each.options.keys() for each in commands):
        return True
    paths = [*scenario.given.outset.files, *(path for verb in verbs for _, path in verb.touches)]
    return any(is_of_project(path) or any(_is_at(path, each) for each in asked) for path in paths)


def _is_at(path: str, asked: str) -> bool:
    return path == asked or path.startswith(f"{asked}/") or asked.startswith(f"{path}/")


class ProjectOnDisk:
    """What a scenario's project directory is when a program starts: the files, with all that the run has changed.

    Args:
        variant: whose directory it is.
        project: what it is without changes, as the scenario alters it.
        disk: where the run has its files.
        behaviour: of the programs that read it.
    """

    def __init__(self, variant: LoadedVariant, project: Project, disk: Disk, behaviour: Behaviour) -> None:
        assert variant.directory is not None, "a project that is written out has no files"
        self._variant, self._directory, self._disk = variant, variant.directory, disk
        self._behaviour = behaviour
        self._given = dict(_files(variant.directory, variant.project))
        self._known: dict[_Contents, Project] = {frozenset(): project}
        self._tables = set(_tables(project).values())
        self._meant: dict[tuple[str, Change], Change] = {}

    def put(self) -> None:
        """Put the files onto the disk."""
        for path, data in self._given.items():
            write_all(self._disk, path, data)

    def take_for_unchanged(self) -> None:
        """The files have been copied to the disk: whatever they have there is what they are in the directory."""
        for path in self._names():
            self._meant[path, self._content(path)] = self._given.get(path)

    def changes(self) -> dict[str, Change]:
        """What the run has changed up to now."""
        found = {}
        for path in self._names():
            content = self._content(path)
            content = self._meant.get((path, content), content)
            if content != self._given.get(path):
                found[path] = content
        return found

    def project(self, changes: Mapping[str, Change]) -> Project:
        """The project with these changes, as the scenario alters it.

        Raises:
            ProjectError: with all that is wrong with it.
        """
        contents: _Contents = frozenset(changes.items())
        if contents not in self._known:
            loaded = _loaded(self._directory, frozenset(self._given.items()), contents)
            if not isinstance(loaded, Project):
                raise ProjectError(loaded)
            given = self._variant.scenario.given
            project = in_few_reads(shared_out(altered(loaded, given), given.outset), given.outset)
            project = as_read(project, self._behaviour)
            self._check_tables(project)
            self._known[contents] = project
        return self._known[contents]

    def _check_tables(self, project: Project) -> None:
        """Servers are started with the run, with the tables that sinks have then."""
        new = [sink for sink, table in _tables(project).items() if table not in self._tables]
        if new:
            message = f"{', '.join(new)}: no server that runs has such a table"
            help_ = "servers and their tables are those of the project as the run begins with it"
            raise ProjectError([Diagnostic.of_file(".", message, help_)])

    def accept_pace(self, changes: Mapping[str, Change]) -> None:
        """What the settings have now means what they had: a speed is written there for real programs."""
        self._meant[CONF_PATH, self._content(CONF_PATH)] = changes.get(CONF_PATH, self._given.get(CONF_PATH))

    def _names(self) -> list[str]:
        there = filter(is_of_project, self._disk.list(""))
        return list(dict.fromkeys([*self._given, *there]))

    def _content(self, path: str) -> Change:
        try:
            descriptor = self._disk.open(path, create=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            return reason_of(error)
        try:
            return self._disk.read(descriptor, 0, self._disk.size(descriptor))
        finally:
            self._disk.close(descriptor)


def _tables(project: Project) -> dict[str, tuple[ServerConf, RowTable]]:
    """The tables that sinks write to, by the sink."""
    databases = {sink.id: sink.database for sink in project.sinks}
    return {sink: (each.server, each.table) for sink, each in databases.items() if each is not None}


def _files(directory: Directory, project: Project) -> Iterator[tuple[str, bytes]]:
    """The files that stand where the project is read from, but for what programs leave there."""
    files = ProjectFiles(directory.path, directory.surroundings)
    left = {*project.inputs, project.rescue_root, project.log_dir, *(sink.path or "" for sink in project.sinks)}
    asked = project.origin.asked
    places = [path if files.is_directory(path) else parent(path) for path in asked]
    for name in dict.fromkeys(name for place in places if place for name in _below(files.root, place)):
        if not any(name == each or name.startswith(f"{each}/") for each in left):
            try:
                yield name, files.read(name)
            except ProjectError:  # it leads out of what may be read, or is no part of a project
                continue


def _below(root: Path, place: str) -> list[str]:
    found = (root / place).rglob("*") if (root / place).is_dir() else ()
    return sorted(each.relative_to(root).as_posix() for each in found if each.is_file())


@lru_cache(maxsize=32)
def _loaded(directory: Directory, _given: _Contents, changes: _Contents) -> Project | tuple[Diagnostic, ...]:
    """Read once for the thousands of runs of an exploration; `_given` is what the directory itself has."""
    try:
        return load_project(directory.path, directory.surroundings, dict(changes))
    except ProjectError as error:
        return tuple(error.problems)
