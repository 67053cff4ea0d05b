"""Which of the two directory layouts a project has: the seed's, or that of today's WarpParse."""

from __future__ import annotations

from dataclasses import dataclass

from engine.directories.project_tree import ProjectFiles
from engine.directories.settings import Settings
from engine.text.problems import Problems

SINK_DIRECTORIES = ("sink", "topology/sinks")
SOURCE_FILES = ("conf/wpsrc.toml", "topology/sources/wpsrc.toml")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a project keeps its source file and its sinks; None where it has none."""

    source_file: str | None
    sinks: str | None


def find_layout(files: ProjectFiles, settings: Settings, problems: Problems) -> Layout:
    """Find the directories; what `conf/wparse.toml` names wins over the two usual places.

    A directory that it names and that is missing was reported where it is named.
    """
    return Layout(_source_file(files, settings, problems), _sinks(files, settings, problems))


def _sinks(files: ProjectFiles, settings: Settings, problems: Problems) -> str | None:
    if settings.sinks is not None:
        return settings.sinks if files.is_directory(settings.sinks) else None
    found = [place for place in SINK_DIRECTORIES if files.is_directory(place)]
    if not found:
        message = f"no sink directory: expected one of: {', '.join(SINK_DIRECTORIES)}"
        problems.add(".", message, "start with sink/business.d/<group>.toml")
        return None
    if len(found) > 1:
        _ambiguous(problems, found, "name one in conf/wparse.toml: [topology] sinks")
        return None
    return found[0]


def _source_file(files: ProjectFiles, settings: Settings, problems: Problems) -> str | None:
    if settings.sources is not None:
        path = f"{settings.sources}/wpsrc.toml"
        return path if files.exists(path) else None
    found = [place for place in SOURCE_FILES if files.exists(place)]
    if len(found) > 1:
        _ambiguous(problems, found, "name one in conf/wparse.toml: [topology] sources")
    return found[0] if len(found) == 1 else None


def _ambiguous(problems: Problems, found: list[str], help_text: str) -> None:
    problems.add(".", f"both {' and '.join(found)} exist: which one is meant?", help_text)
