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
from wptest.judge.written_down.stored_records import records_in, sent_lines
from wptest.subject.dialect import Dialect

# The event's id, the line, and the source's key and path.
_OF_DEFAULT = re.compile(rb"\d+ (.*) \S+ \S+", re.DOTALL)
# What stands around a line that no rule takes: its source, the rule that came farthest, and why that one failed.
_OF_MISS = re.compile(rb"src_key: .*\| data:|\[\d{4}-[^\]]* UTC\] target wpl: .*|Error: \[.*|  -> .*|", re.DOTALL)

AsSent = Callable[[Iterable[bytes]], list[bytes]]


def readers_of_targets(dialect: Dialect, project: Project) -> Mapping[str, AsSent]:
    """How the lines of targets are read that have more than what was sent, by path."""
    if dialect.layout != "motor":
        return MappingProxyType({})
    groups = {group.name: group for group in project.groups if group.infra and group.name in _READERS}
    aside = {sink.path: _READERS[name] for name, group in groups.items() for sink in group.sinks if sink.path}
    return aside | {path: partial(sent_lines, each) for path, each in records_in(project).items()}


def _of_default(lines: Iterable[bytes]) -> list[bytes]:
    return [line if (match := _OF_DEFAULT.fullmatch(line)) is None else match[1] for line in lines]


def _of_miss(lines: Iterable[bytes]) -> list[bytes]:
    return [line for line in lines if _OF_MISS.fullmatch(line) is None]


_READERS: Mapping[str, AsSent] = {"default": _of_default, "miss": _of_miss}
