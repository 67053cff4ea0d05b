"""A scenario that was made of another one, as a file of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from wptest.explore.rewriting.plain_scenario import PlainData, as_yaml
from wptest.pages.schema import SCHEMA_FILE
from wptest.scenario.directory import Directories
from wptest.scenario.load import LoadedVariant
from wptest.scenario.root import root_of

_ORDER = ("scenario", "title", "tags", "project", "given", "when", "meanwhile", "then", "cleanup", "limit")


def file_text(scenario: PlainData, place: Path, comments: Sequence[str]) -> str:
    """The file's text: the schema for editors, what there is to say, the scenario."""
    order = [*(key for key in _ORDER if key in scenario), *(key for key in scenario if key not in _ORDER)]
    lines = [f"yaml-language-server: $schema={_schema(place.parent)}", *comments]
    return "".join(f"# {line}\n" for line in lines) + as_yaml({key: scenario[key] for key in order})


def project_from(variant: LoadedVariant, output: Path | None) -> str | None:
    """The path of its project from where the file is written; None where there is none that it could reach."""
    if variant.directory is None or output is None:
        return None
    base = output.absolute().parent
    written = Path(os.path.relpath(variant.directory.path.absolute(), base)).as_posix()
    reached = Path(os.path.normpath(base / written))
    return written if Directories(root_of(base)).wrong(base, reached, written) is None else None


def needs_project(variant: LoadedVariant, project: object) -> str:
    """What to say where it can't reach its project."""
    home = variant.document.source.path.parent.resolve()
    return f"it needs its project {project}: keep the file in {home}"


def _schema(directory: Path) -> str:
    try:
        return Path(os.path.relpath(SCHEMA_FILE, directory)).as_posix()
    except ValueError:  # on another drive
        return SCHEMA_FILE.as_uri()
