"""A copy of a project directory for real programs: whole in itself, with every path leading into it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from engine.directories.surroundings import SECRETS
from engine.directories.variables import SECRET
from engine.project.model import Project
from engine.project.origin import Rewrite
from engine.text.source_text import SourceText
from engine.text.toml_places import STRING
from wptest.scenario.directory import Directory

_NOT_OURS = (".run", ".wptest")


def copy_project(directory: Directory, root: Path, project: Project) -> None:
    """Copy a project directory without what programs leave in one, and with what stands outside of it."""
    left = {*project.inputs, project.rescue_root, project.log_dir, *_NOT_OURS}
    left |= {sink.path for sink in project.sinks if sink.path}
    _copy(directory.path, root, directory.surroundings.within, left)
    for outside, inside in project.origin.brought:
        shutil.rmtree(root / inside, ignore_errors=True)
        _copy(directory.path / outside, root / inside, directory.surroundings.within, frozenset())
    for file, rewrites in _by_file(project.origin.rewrites).items():
        place = root / _in_copy(file, project.origin.brought)
        text = place.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        place.unlink()  # it may be read-only
        place.write_text(_rewritten(text, rewrites), encoding="utf-8")
    if any(name.startswith(SECRET) for name in project.origin.variables):
        # Without this directory programs look for secrets in the home of whoever starts them.
        (root / SECRETS).parent.mkdir(exist_ok=True)


def why_not_copied(directory: Directory, project: Project) -> Iterator[str]:
    """Why a copy would not be the project."""
    yield from project.origin.fixed
    for file, rewrites in _by_file(project.origin.rewrites).items():
        if len({each.span for each in rewrites}) < len(rewrites):
            yield f"{file} has a path that sinks share, and that would lead to different places"
    within = directory.surroundings.within
    for part in (".", *(outside for outside, _ in project.origin.brought)):
        for place in _links(directory.path / part, within):
            if place.exists() and not _is_in(place, within):
                name = os.path.relpath(place, directory.path)
                yield f"{name} is a link that leaves {directory.surroundings.boundary}"


def _copy(source: Path, root: Path, within: Sequence[Path], left: Iterable[str]) -> None:
    shutil.copytree(source, root, ignore=_skipped(source, within, frozenset(left)), dirs_exist_ok=True)


def _skipped(source: Path, within: Sequence[Path], left: frozenset[str]) -> Callable[[str, list[str]], list[str]]:
    def skipped(directory: str, names: list[str]) -> list[str]:
        here = PurePosixPath(Path(directory).relative_to(source).as_posix())
        return [
            name for name in names if (here / name).as_posix() in left or _is_no_part(Path(directory, name), within)
        ]

    return skipped


def _is_no_part(place: Path, within: Sequence[Path]) -> bool:
    """Whether it is a link to nothing, out of what may be read, or back to where it stands."""
    if not place.is_symlink():
        return False
    return not place.exists() or not _is_in(place, within) or place.parent.resolve().is_relative_to(place.resolve())


def _is_in(place: Path, within: Sequence[Path]) -> bool:
    found = place.resolve()
    return not within or any(found.is_relative_to(each) for each in within)


def _links(directory: Path, within: Sequence[Path]) -> Iterator[Path]:
    """The links below a directory, also below those of them that are copied."""
    for parent, directories, files in os.walk(directory, followlinks=True):
        for name in sorted((*directories, *files)):
            if (place := Path(parent, name)).is_symlink():
                yield place
        directories[:] = [name for name in directories if not _is_no_part(Path(parent, name), within)]


def _by_file(rewrites: Iterable[Rewrite]) -> dict[str, list[Rewrite]]:
    found: dict[str, list[Rewrite]] = {}
    for each in rewrites:
        found.setdefault(each.file, []).append(each)
    return found


def _in_copy(file: str, brought: Iterable[tuple[str, str]]) -> str:
    """Where the copy has a file that may stand outside of the project."""
    for outside, inside in brought:
        if file.startswith(f"{outside}/"):
            return f"{inside}/{file.removeprefix(f'{outside}/')}"
    return file


def _rewritten(text: str, rewrites: Iterable[Rewrite]) -> str:
    """A TOML text with other values in some places."""
    source = SourceText(Path(), text)
    starts = {source.offset(each.span.line, each.span.column): each for each in rewrites}
    for start in sorted(starts, reverse=True):
        string = STRING.match(text, start)
        end = string.end() if string is not None else start + starts[start].span.length
        # TOML's basic strings have the escapes of JSON's.
        text = text[:start] + json.dumps(starts[start].path, ensure_ascii=False) + text[end:]
    return text
