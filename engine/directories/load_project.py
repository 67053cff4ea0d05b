"""A project directory on disk becomes a `Project`, or a list of everything that is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.directories.changed_files import ChangedFiles, Changes
from engine.directories.connectors import load_connectors
from engine.directories.generator import GENERATOR_RULES, read_generator
from engine.directories.group_rules import KnownRules
from engine.directories.groups import load_groups
from engine.directories.models.filter_files import with_conditions
from engine.directories.models.oml_files import load_models
from engine.directories.models.samples import completed, load_samples
from engine.directories.models.wpl_files import load_rules
from engine.directories.project_tree import ProjectFiles
from engine.directories.reading import Reading
from engine.directories.settings import CONF_PATH, Settings, read_settings
from engine.directories.sources import read_sources
from engine.directories.surroundings import ALONE, ProjectSurroundings
from engine.project.as_written import NOT_WRITTEN, AsWritten
from engine.project.database_conf import ServerConf
from engine.project.model import GroupConf, Project, SourceConf
from engine.project.refused import RefusedPart
from engine.project.sharing import with_passing
from engine.text.problems import Problems, ProjectError

# By the seed's layout, and by that of today's WarpParse.
SINK_DIRECTORIES = ("sink", "topology/sinks")
SOURCE_FILES = ("conf/wpsrc.toml", "topology/sources/wpsrc.toml")


def load_project(root: Path, surroundings: ProjectSurroundings = ALONE, changes: Changes | None = None) -> Project:
    """Load a project directory in the seed's layout or in today's; both give the same `Project`.

    The seed's: `conf/wparse.toml`, `conf/wpsrc.toml`, `sink/`. Today's (facts page section 6):
    `conf/wparse.toml`, `topology/sources/wpsrc.toml`, `topology/sinks/`, `connectors/`. What has no effect here, an
    unknown key above all, is a warning. `changes` are what its files have otherwise.

    Raises:
        ProjectError: with all problems at once, each with file, line and column.
    """
    files = ChangedFiles(root, surroundings, changes) if changes else ProjectFiles(root, surroundings)
    reading = Reading(files, surroundings)
    problems = reading.problems
    reading.today = not files.is_directory(SINK_DIRECTORIES[0])
    settings = _settings(reading)
    source_file, sinks = _source_file(files, settings, problems), _sink_directory(files, settings, problems)
    reading.today = sinks is not None and sinks != SINK_DIRECTORIES[0] and not settings.is_old
    rules = load_rules(files, settings.models, problems)
    wpl = tuple(each.rule for each in rules or ())
    models = load_models(files, settings.oml, problems)
    ends = load_connectors(reading, sinks or SINK_DIRECTORIES[0], "sink")
    groups = () if sinks is None else load_groups(reading, sinks, ends, KnownRules(wpl, models))
    sources, inputs = _sources(reading, source_file, sinks or SINK_DIRECTORIES[0])
    given = samples = load_samples(files, settings.models, groups, rules, problems)
    generator = read_generator(reading, ends)
    if not reading.today:
        problems.forget(RefusedPart)
    problems.raise_if_any()
    samples = completed(samples, settings.models, groups, None if rules is None else wpl, problems)
    return Project(
        files.name,
        with_conditions(with_passing(groups, samples), wpl, files),
        samples,
        replace(sources[0], workers=settings.workers),
        sources[1:],
        rescue_root=settings.rescue_root,
        log_dir=settings.log_dir,
        log_level=settings.log_level,
        speed_limit=settings.speed_limit,
        robust=settings.robust,
        stat_window=settings.stat_window,
        wpl=wpl,
        servers=_servers(groups),
        warnings=problems.warnings,
        origin=reading.origin,
        as_written=replace(
            inputs,
            sinks=sinks or "",
            generator=generator,
            sink_connectors=len(ends),
            has_oml=bool(models),
            has_samples=bool(given),
            has_generator_rules=_has_generator_rules(files, settings),
            lacks_rules=reading.today and rules is None,
            refusals=tuple(problems.coded(RefusedPart)),
        ),
    )


def _servers(groups: tuple[GroupConf, ...]) -> tuple[ServerConf, ...]:
    databases = (sink.database for group in groups for sink in group.sinks)
    return tuple(dict.fromkeys(database.server for database in databases if database is not None))


def _has_generator_rules(files: ProjectFiles, settings: Settings) -> bool:
    try:
        return bool(files.below(settings.models, lambda name: name == GENERATOR_RULES))
    except ProjectError:  # which the rules have told of
        return False


def _settings(reading: Reading) -> Settings:
    if not reading.files.exists(CONF_PATH):
        help_text = "is this the root of a WarpParse project?"
        reading.problems.add(CONF_PATH, "the file does not exist", help_text, code=RefusedPart.SETTINGS_FILE)
        return Settings()
    table = reading.open(CONF_PATH, RefusedPart.SETTINGS)
    return Settings() if table is None else read_settings(table, reading.files)


def _sources(reading: Reading, path: str | None, start: str) -> tuple[tuple[SourceConf, ...], AsWritten]:
    if path is None:
        message = "wpsrc.toml does not exist: WarpParse refuses a project without it"
        help_ = "add topology/sources/wpsrc.toml"
        reading.problems.add(".", message, help_, severity="warning", code=RefusedPart.SOURCES)
        return (SourceConf(),), NOT_WRITTEN
    connectors = load_connectors(reading, start, "source")
    table = reading.open(path, RefusedPart.SOURCES)
    return ((SourceConf(),), NOT_WRITTEN) if table is None else read_sources(table, connectors, today=reading.today)


def _sink_directory(files: ProjectFiles, settings: Settings, problems: Problems) -> str | None:
    """Where the sinks are; what `conf/wparse.toml` names wins, and was told there if it is missing."""
    if settings.sinks is not None:
        return settings.sinks if files.is_directory(settings.sinks) else None
    found = [place for place in SINK_DIRECTORIES if files.is_directory(place)]
    if not found:
        message = f"no sink directory: expected one of: {', '.join(SINK_DIRECTORIES)}"
        problems.add(".", message, "start with sink/business.d/<group>.toml")
    return _only(found, "sinks", problems)


def _source_file(files: ProjectFiles, settings: Settings, problems: Problems) -> str | None:
    """The file of the sources; as with the sinks."""
    if settings.sources is not None:
        path = f"{settings.sources}/wpsrc.toml"
        return path if files.exists(path) else None
    return _only([place for place in SOURCE_FILES if files.exists(place)], "sources", problems)


def _only(found: list[str], key: str, problems: Problems) -> str | None:
    """The one that is there."""
    if len(found) > 1:
        help_text = f"name one in conf/wparse.toml: [topology] {key}"
        problems.add(".", f"both {' and '.join(found)} exist: which one is meant?", help_text)
    return found[0] if len(found) == 1 else None
