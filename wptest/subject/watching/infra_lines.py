"""Lines of targets of real programs, as they were sent: what the programs add to them is taken off.

A sink with a format other than `raw` writes records. `default` has the fields that OML would leave out, `miss` a
record of several lines for each line. What else may stand in such a file is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType

from engine.project.model import Project
from wptest.judge.written_down.stored_records import misses_in, records_in, sent_lines
from wptest.subject.dialect import Dialect

# The event's id, the line, and the source's key and path.
_OF_DEFAULT = re.compile(rb"\d+ (.*) \S+ \S+", re.DOTALL)

AsSent = Callable[[Iterable[bytes]], list[bytes]]


def readers_of_targets(dialect: Dialect, project: Project) -> Mapping[str, AsSent]:
    """How the lines of targets are read that have more than what was sent, by path."""
    if dialect.layout != "motor":
        return MappingProxyType({})
    known = {**records_in(project), **misses_in(project)}
    default = {
        sink.path: _of_default
        for group in project.groups
        for sink in group.sinks
        if group.infra and group.name == "default" and sink.path
    }
    return default | {path: partial(sent_lines, each) for path, each in known.items()}


def _of_default(lines: Iterable[bytes]) -> list[bytes]:
    return [line if (match := _OF_DEFAULT.fullmatch(line)) is None else match[1] for line in lines]
