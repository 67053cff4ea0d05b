"""A scenario's project directory: where it is, what its files are read with, and what is wrong with it."""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.directories.surroundings import ProjectSurroundings
from engine.project.model import Project
from engine.text.diagnostic import Diagnostic
from engine.text.mistake import Mistake
from engine.text.problems import ProblemKind
from wptest.scenario.root import MARKS, Root
from wptest.shapes.scenario_paths import plain_path
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.text.yaml_document import YamlDocument
from wptest.words.setting.part import Outset

_CODES: Mapping[object, Code] = {
    ProblemKind.VARIABLE: Code.VARIABLE,
    ProblemKind.UNMAPPED: Code.UNMAPPED,
    ProblemKind.OUTSIDE: Code.OUTSIDE,
    ProblemKind.UNREAD: Code.UNREAD,
}


@dataclass(frozen=True, slots=True)
class Directory:
    """A project's directory by its shortest path, what its files are read with, and its scenario's root."""

    path: Path
    surroundings: ProjectSurroundings
    root: Root

    def load(self) -> Project:
        """Read it.

        Raises:
            ProjectError: with everything that is wrong with it.
        """
        # That needs the engine's TOML and connector parts, which scenarios with inline projects don't.
        from engine.directories.load_project import load_project  # noqa: PLC0415

        return load_project(self.path, self.surroundings)


@dataclass
class Directories:
    """The project directories of one file's scenarios; each is read once for all of their variants."""

    root: Root
    _loaded: dict[Directory, Project | list[Diagnostic]] = field(default_factory=dict)

    def find(self, document: YamlDocument, written: str, outset: Outset) -> Directory | list[Diagnostic]:
        """The directory that a scenario names, or what is wrong with that."""
        base = document.source.path.parent
        path = Path(os.path.normpath(base / written))
        wrong = self.wrong(base, path, written)
        if wrong is not None:
            span = document.span_of(("project",))
            return [document.source.telling(span, wrong, Code.WRONG_VALUE)]
        return Directory(path, surroundings(self.root, base, outset.variables, outset.paths), self.root)

    def load(self, directory: Directory) -> Project | list[Diagnostic]:
        """The project in a directory, or what is wrong with its files."""
        from engine.text.problems import ProjectError  # noqa: PLC0415 - as above

        if directory not in self._loaded:
            try:
                self._loaded[directory] = directory.load()
            except ProjectError as error:
                self._loaded[directory] = [in_its_file(directory.path, each) for each in error.problems]
        return self._loaded[directory]

    def wrong(self, base: Path, path: Path, written: str) -> Mistake | None:
        """Why a scenario in the directory `base` can't have the project that it names; None where it can."""
        try:
            plain_path(written)
            if not self._may_reach(base, path):
                what = "is a link that leaves" if self._seems_inside(path) else "leaves"
                help_ = "move the project below that directory"
                help_ += "" if self.root.found else f", or have one of {' and '.join(MARKS)} in one above both"
                return Mistake(f"'{written}' {what} {self.root}", help_=help_, code=Code.OUTSIDE)
            if path.is_dir():
                near = _project_near(base, written)
                problem = f"'{written}' is not a project: it has no conf/wparse.toml"
                return Mistake(problem, help_=f"did you mean '{near}'?", code=Code.NO_PROJECT) if near else None
            siblings = (
                [each.name for each in path.parent.iterdir() if each.is_dir()] if path.parent.is_dir() else []
            )
            exists = path.exists()
        except Mistake as mistake:
            return mistake
        except (OSError, RuntimeError) as error:
            return Mistake(f"the project directory '{written}' can't be read: {error}", code=Code.NO_PROJECT)
        what = "is not a directory" if exists else "does not exist"
        where = "beside this file" if path.parent == base else f"in {path.parent.as_posix()}/"
        near = _project_near(base, written) if exists else None
        meant = f"did you mean '{near}'?" if near else did_you_mean(path.name, siblings)
        wrong = f"the project directory '{written}' {what}"
        return Mistake(wrong, help_=meant or f"it is looked for {where}", code=Code.NO_PROJECT)

    def _may_reach(self, base: Path, path: Path) -> bool:
        found = path.resolve()
        return any(found.is_relative_to(each.resolve()) for each in (self.root.path, base))

    def _seems_inside(self, path: Path) -> bool:
        return Path(os.path.abspath(path)).is_relative_to(self.root.path)  # noqa: PTH100 - a link is where it stands


def _project_near(base: Path, written: str) -> str | None:
    """The project that is meant by a path that is none: the one around it, or one right in it."""
    from engine.directories.settings import CONF_PATH  # noqa: PLC0415 - as above

    path = base / written
    inside = sorted(each.name for each in path.iterdir()) if path.is_dir() else []
    near = [posixpath.normpath(f"{written}/{each}") for each in (".", "..", "../..", *inside)]
    found = [each for each in near if (base / each / CONF_PATH).exists()]
    return None if near[0] in found else next(iter(found), None)


def surroundings(
    root: Root, base: Path, variables: Mapping[str, str], paths: Mapping[str, str]
) -> ProjectSurroundings:
    """What the files of a project are read with, for a scenario in the directory `base`."""
    return ProjectSurroundings(
        tuple(dict.fromkeys((root.path.resolve(), base.resolve()))),
        str(root),
        tuple(sorted(variables.items())),
        tuple(sorted(paths.items())),
    )


def in_its_file(root: Path, problem: Diagnostic) -> Diagnostic:
    """A problem of a project directory with its whole path, its code, and what a scenario can do about it."""
    otherwise = Code.PROJECT if problem.severity == "error" else Code.PROJECT_WARNING
    path, code = Path(os.path.normpath(root / problem.path)), _CODES.get(problem.code, otherwise)
    return replace(problem, path=path, code=code, help=_help(problem))


def _help(problem: Diagnostic) -> str | None:
    """What to do about it; for what a scenario can give, the line that gives it."""
    if problem.code is ProblemKind.VARIABLE and problem.about:
        return f"given: {{env: {{{problem.about}: ...}}}}, or a default in the file: ${{{problem.about}:...}}"
    if problem.code is ProblemKind.UNMAPPED:
        return f"given: {{paths: {{{in_yaml(problem.about)}: {in_yaml(run_path_for(problem.about))}}}}}"
    return problem.help


def run_path_for(path: str) -> str:
    """Where in the run's directory a path that leads out of it could lead."""
    return f"data/{posixpath.basename(path) or 'outside'}"


def in_yaml(word: str) -> str:
    """A path or a name as YAML can have it anywhere: in quotes unless it is plain."""
    is_plain = re.fullmatch(r"(?!(?:true|false|null)$)(?:[A-Za-z_/]|\.\.?/)[\w./-]*", word, re.ASCII)
    return word if is_plain else json.dumps(word, ensure_ascii=False)
