"""A recorded case: a project, the steps that were taken with it, and what was seen in each run of real programs.

A case is a folder (`case.yaml`, `seen.yaml`, `project/`), or one file whose project has what it has otherwise
than the `project.yaml` beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ABOUT_A_STEP = ("name", "timeout", "note")
COMMON = "project.yaml"
LOOKED_AT = ("data/out_dat", "data/rescue", "rescue")  # at every look; a case may have more


class NoCaseError(Exception):
    """There is no recording at a path, or not a whole one."""


@dataclass(frozen=True, slots=True)
class TakenStep:
    """One step: what is done (`write`, `run`, `wait`, ...), with what, and under which name programs are known."""

    kind: str
    given: Any
    name: str | None = None
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Case:
    """A case of a recording.

    Attributes:
        project: the files of the project by path; a directory that is empty has `.keep` in it.
        as_user: the programs ran as a user whom permission bits bind.
        runs: what was seen in each run of the real programs, as `seen.yaml` has it.
    """

    name: str
    title: str
    steps: tuple[TakenStep, ...]
    project: Mapping[str, str]
    as_user: bool
    runs: tuple[Mapping[str, Any], ...]

    @property
    def places(self) -> tuple[str, ...]:
        """The directories that were looked at: those of every look, and others in which something was seen."""
        seen = dict.fromkeys(path for run in self.runs for look in run["looks"].values() for path in look)
        elsewhere = (path.rpartition("/")[0] for path in seen if "/" in path and not _is_looked_at(path))
        return (*LOOKED_AT, *dict.fromkeys(elsewhere))


def _is_looked_at(path: str) -> bool:
    return path.startswith(tuple(f"{place}/" for place in LOOKED_AT))


def cases_in(path: Path) -> list[Case]:
    """The cases of a directory of either form, or the one that is at a path, by name.

    Raises:
        NoCaseError: there is none, or one of them isn't whole.
    """
    found = list(_found(path))
    if not found:
        raise NoCaseError(f"{path}: no case.yaml below it, and no file of a case in it")
    return sorted(found, key=lambda case: case.name)


def _found(path: Path) -> Iterator[Case]:
    if path.is_file():
        yield _from_file(path)
    elif (path / "case.yaml").exists():
        yield _from_folder(path)
    elif (path / COMMON).exists():
        yield from (_from_file(each) for each in path.glob("*.yaml") if each.name != COMMON)
    elif path.is_dir():
        yield from (_from_folder(each.parent) for each in path.glob("*/case.yaml"))


def _from_folder(path: Path) -> Case:
    project = path / "project"
    files = [each for each in project.rglob("*") if each.is_file()]
    return _case(
        path,
        _read(path / "case.yaml"),
        {str(each.relative_to(project)): each.read_text() for each in files},
        _read(path / "seen.yaml"),
    )


def _from_file(path: Path) -> Case:
    told = _read(path)
    if not isinstance(told, dict) or not isinstance(told.get("project"), dict):
        raise NoCaseError(f"{path}: it is no recording: a file of one has a case, its project, steps and runs")
    common = _read(path.parent / COMMON)
    files = {name: text for name, text in (common | told["project"]).items() if text is not None}
    return _case(path, told, files, told)


def _case(path: Path, told: Mapping[str, Any], project: Mapping[str, str], seen: Any) -> Case:
    try:
        steps = tuple(map(_step, told["steps"]))
        return Case(told["case"], told["title"], steps, project, "user" in told, tuple(seen["runs"]))
    except (KeyError, TypeError, ValueError) as error:
        raise NoCaseError(f"{path}: it is no whole case: {error}") from None


def _step(told: Mapping[str, Any]) -> TakenStep:
    ((kind, given),) = ((key, value) for key, value in told.items() if key not in _ABOUT_A_STEP)
    return TakenStep(kind, given, told.get("name"), float(told.get("timeout", 60)))


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_bytes(), _LOADER)  # noqa: S506 - a safe one, in C where there is one
    except (OSError, yaml.YAMLError) as error:
        raise NoCaseError(f"{path}: {error}") from None
