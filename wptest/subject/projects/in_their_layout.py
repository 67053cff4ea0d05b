"""Whether real programs get a project in files that are made for them, and not its own."""

from __future__ import annotations

from wptest.scenario.load import LoadedVariant
from wptest.subject.dialect import Dialect
from wptest.subject.projects.project_files import has_topology


def is_written_out(variant: LoadedVariant, dialect: Dialect) -> bool:
    """Whether it is one that a scenario has inline, or in a layout that these programs can't read.

    Such a directory has to say no more than what can be written out, and its files stay as they are.
    """
    directory, project = variant.directory, variant.project
    if directory is None:
        return True
    if dialect.layout != "motor" or has_topology(directory.path):
        return False
    given = variant.scenario.given.outset
    is_plain = not project.more_sources and all(sink.passing is None for sink in project.sinks)
    touched = [path for _, step in variant.scenario.all_steps for _, path in step.verb.touches]
    written = [path for _, step in variant.scenario.all_steps for path in step.verb.files]
    return is_plain and not any((directory.path / path).exists() for path in (*given.files, *touched, *written))
