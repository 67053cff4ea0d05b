"""A project directory on disk becomes a `Project`, or a list of everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from engine.project.connectors import load_connectors
from engine.project.files import ProjectFiles
from engine.project.groups import load_groups
from engine.project.layout import SINK_DIRECTORIES, find_layout
from engine.project.model import GroupConf, Project, SourceConf
from engine.project.problems import WHOLE_FILE, Problems, ProjectError
from engine.project.samples import completed, load_samples
from engine.project.settings import CONF_PATH, Settings, read_settings
from engine.project.shares import with_passing
from engine.project.sources import read_source
from engine.project.table import Table
from engine.project.toml import parse_toml


def load_project(root: Path) -> Project:
    """Load a project directory in the seed's layout or in today's; both give the same `Project`.

    The seed's: `conf/wparse.toml`, `conf/wpsrc.toml`, `sink/`. Today's (facts page section 6):
    `conf/wparse.toml`, `topology/sources/wpsrc.toml`, `topology/sinks/`, `connectors/`. What has no effect here, an
    unknown key above all, is a warning.

    Raises:
        ProjectError: with all problems at once, each with file, line and column.
    """
    files = ProjectFiles(root)
    files.require_root()
    problems = Problems()
    settings = _settings(files, problems)
    layout = find_layout(files, settings, problems)
    groups = _groups(files, layout.sinks, problems)
    source = _source(files, layout.source_file, layout.sinks or SINK_DIRECTORIES[0], problems)
    samples = load_samples(files, settings.models, groups, problems)
    problems.raise_if_any()
    samples = completed(samples, settings.models, groups, problems)
    return Project(
        files.name,
        with_passing(groups, samples),
        samples,
        source,
        rescue_root=settings.rescue_root,
        log_dir=settings.log_dir,
        log_level=settings.log_level,
        speed_limit=settings.speed_limit,
        robust=settings.robust,
        stat_window=settings.stat_window,
        warnings=problems.warnings,
    )


def _settings(files: ProjectFiles, problems: Problems) -> Settings:
    if not files.exists(CONF_PATH):
        problems.add(CONF_PATH, WHOLE_FILE, "the file does not exist", "is this the root of a WarpParse project?")
        return Settings()
    table = _open(files, CONF_PATH, problems)
    return Settings() if table is None else read_settings(table, files)


def _groups(files: ProjectFiles, sinks: str | None, problems: Problems) -> tuple[GroupConf, ...]:
    if sinks is None:
        return ()
    return load_groups(files, sinks, load_connectors(files, sinks, "sink", problems), problems)


def _source(files: ProjectFiles, path: str | None, start: str, problems: Problems) -> SourceConf:
    if path is None:
        return SourceConf()
    connectors = load_connectors(files, start, "source", problems)
    table = _open(files, path, problems)
    return SourceConf() if table is None else read_source(table, connectors)


def _open(files: ProjectFiles, path: str, problems: Problems) -> Table | None:
    try:
        return Table(parse_toml(path, files.read(path)), problems)
    except ProjectError as error:
        problems.extend(error)
        return None
