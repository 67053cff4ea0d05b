"""Reads cases of either form; what is wrong with one is told with its place, and is wrong with no other.

A case is a folder (`case.yaml`, `seen.yaml`, `project/`), or one file whose project has what it has otherwise than
the `project.yaml` beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from engine.text.mistake import reason_of
from wptest.recordings.case import Case, TakenStep
from wptest.recordings.case_faults import (
    Fault,
    faults_of_project,
    faults_of_runs,
    faults_of_steps,
    faults_of_title,
    word_of,
)

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COMMON = "project.yaml"


class NoCaseError(Exception):
    """There is no recording at a path, or not a whole one; its text has a line for each thing that is wrong.

    Attributes:
        name: what the case is called, or its folder or file.
    """

    def __init__(self, text: str, name: str = "") -> None:
        super().__init__(text)
        self.name = name


def cases_in(path: Path) -> list[Case]:
    """The cases of a directory of either form, or the one that is at a path, by name.

    Raises:
        NoCaseError: there is none, or some of them aren't whole; it tells all of these.
    """
    found = whole_and_broken(path)
    if broken := [each for each in found if isinstance(each, NoCaseError)]:
        raise NoCaseError("\n".join(map(str, broken)), broken[0].name)
    return [each for each in found if isinstance(each, Case)]


def whole_and_broken(path: Path) -> list[Case | NoCaseError]:
    """As `cases_in`, with what is wrong with a case in its place.

    Raises:
        NoCaseError: there is none.
    """
    found = [_tried(each) for each in _places(path)]
    if not found:
        raise NoCaseError(f"{path}: no case.yaml below it, and no file of a case in it")
    return sorted(found, key=lambda each: each.name)


def _places(path: Path) -> Iterable[Path]:
    if path.is_file() or (path / "case.yaml").exists():
        return [path]
    if (path / COMMON).exists():
        return [each for each in path.glob("*.yaml") if each.name != COMMON]
    return [each.parent for each in path.glob("*/case.yaml")]


def _tried(path: Path) -> Case | NoCaseError:
    try:
        return _from_file(path) if path.is_file() else _from_folder(path)
    except NoCaseError as error:
        return NoCaseError(str(error), path.stem if path.is_file() else path.name)


def _from_folder(path: Path) -> Case:
    files, project = (path / "case.yaml", path / "seen.yaml"), path / "project"
    told, seen = map(_read, files)
    faults = [
        *_placed(files[0], [*faults_of_title(told), *faults_of_steps(told)]),
        *_placed(files[1], faults_of_runs(seen)),
        *_faults_of_tree(project),
    ]
    _raise_if_any(faults)
    texts = {str(each.relative_to(project)): _text(each) for each in project.rglob("*") if each.is_file()}
    return _case(told, texts, seen)


def _faults_of_tree(project: Path) -> Iterator[str]:
    """A project is files of its own: by a link a recording would have the texts of other files."""
    if not (project.is_dir() or project.is_symlink()):
        yield f"{project}: it is missing: a recording has its project in this directory"
        return
    for each in (project, *sorted(project.rglob("*"))):
        if each.is_symlink():
            yield f"{each}: it is a symbolic link, where a file of the recording's own was expected"


def _from_file(path: Path) -> Case:
    told = _read(path)
    if not isinstance(told, dict) or not isinstance(told.get("project"), dict):
        raise NoCaseError(f"{path}: it is no recording: a file of one has a case, its project, steps and runs")
    shared = path.parent / COMMON
    common = _read(shared)
    faults = [
        *_placed(path, [*faults_of_title(told), *faults_of_steps(told), *faults_of_runs(told)]),
        *_placed(path, faults_of_project(told["project"], ("project",))),
        *_placed(shared, faults_of_project(common)),
    ]
    _raise_if_any(faults)
    files = {name: text for name, text in (common | told["project"]).items() if text is not None}
    return _case(told, files, told)


def _raise_if_any(faults: Iterable[str]) -> None:
    if told := "\n".join(faults):
        raise NoCaseError(told)


def _case(told: Mapping[str, Any], project: Mapping[str, str], seen: Mapping[str, Any]) -> Case:
    steps = tuple(map(_step, told["steps"]))
    doubts = tuple(told.get("doubts", ()))
    return Case(told["case"], told["title"], steps, project, "user" in told, tuple(seen["runs"]), doubts)


def _step(told: Mapping[str, Any]) -> TakenStep:
    word = word_of(told)
    return TakenStep(word, told[word], told.get("name"), float(told.get("timeout", 60)))


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_bytes(), _LOADER)  # noqa: S506 - a safe one, in C where there is one
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise NoCaseError(f"{place}: it is no YAML: {error.problem or error.context}") from None
    except OSError as error:
        raise NoCaseError(f"{path}: {reason_of(error)}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise NoCaseError(f"{path}: it is no YAML: {getattr(error, 'reason', error)}") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise NoCaseError(f"{path}: it is no text in UTF-8, at byte {error.start}") from None
    except OSError as error:
        raise NoCaseError(f"{path}: {reason_of(error)}") from None


def _placed(path: Path, faults: Iterable[Fault]) -> Iterator[str]:
    """Faults with their lines and columns, which are looked for only where something is wrong."""
    found = list(faults)
    top = yaml.compose(path.read_bytes(), _LOADER) if found else None
    for fault in found:
        mark = _node(top, fault.keys).start_mark if top is not None else None
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        yield f"{place}: {fault.problem}"


def _node(node: yaml.Node, keys: Iterable[str | int]) -> yaml.Node:
    """The node to which the keys lead, as far as there are any."""
    for key in keys:
        match node:
            case yaml.MappingNode():
                below = [value for name, value in node.value if name.value == str(key)]
            case yaml.SequenceNode():
                below = node.value[int(key) : int(key) + 1]
            case _:
                below = []
        if not below:
            return node
        node = below[-1]
    return node
