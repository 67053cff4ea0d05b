"""The conditions of filters, as far as they compare one field of one rule with a text: `$how == chars(bad)`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import replace

from engine.directories.odd.odd_conditions import odd_condition
from engine.directories.project_tree import ProjectFiles
from engine.directories.table import Table
from engine.project.model import GroupConf, Passing, SinkConf
from engine.project.refused import RefusedPart
from engine.project.routing import group_of
from engine.project.wpl import FieldIs, WplRule
from engine.text.problems import ProjectError

_COMPARED = re.compile(r"\s*\$(?P<field>\w+)\s*(?P<how>[=!]=)\s*chars\((?P<value>[\w.-]+)\)\s*")


def with_conditions(
    groups: Sequence[GroupConf], rules: Sequence[WplRule], files: ProjectFiles
) -> tuple[GroupConf, ...]:
    """The groups, with what the conditions of their filters say where that can be told.

    That needs a group which takes the lines of one rule, as they are: a model may give it other fields. Of any
    other condition nothing is known, and a filter keeps what it has.
    """
    return tuple(_with_conditions(group, groups, rules, files) for group in groups)


def _with_conditions(
    group: GroupConf, groups: Sequence[GroupConf], rules: Sequence[WplRule], files: ProjectFiles
) -> GroupConf:
    if group.models or not any(sink.filter_file for sink in group.sinks):
        return group
    taken = [rule for rule in rules if group_of(rule.key, groups) is group]
    if len(taken) != 1 or taken[0].pattern is None:
        return group
    row = taken[0].pattern
    return replace(group, sinks=tuple(_with_condition(sink, row, files) for sink in group.sinks))


def _with_condition(sink: SinkConf, row: str, files: ProjectFiles) -> SinkConf:
    compared = _COMPARED.fullmatch(_text(sink.filter_file, files))
    if compared is None or compared["field"] not in re.compile(row).groupindex:
        return sink
    wanted = (compared["how"] == "==") is sink.expects
    condition = FieldIs(row, compared["field"], compared["value"], wanted)
    return replace(sink, passing=Passing(condition=condition))


def tell_odd_filter(table: Table, files: ProjectFiles) -> None:
    """Say of the `filter` of a sink why real versions refuse it."""
    path = table.peek("filter")
    if not isinstance(path, str) or path.startswith(("/", "..")):
        return
    text = _text(path, files)
    if not text and not (path and files.exists(posixpath.normpath(path))):
        help_ = "write it, like $how == chars(bad), or take it away"
        table.refuse("filter", f"the filter '{path}' does not exist", help_)
    elif (odd := odd_condition(text)) is not None:
        by = RefusedPart.BLANK if text and not text.strip() else None
        table.refuse("filter", f"the condition of the filter {odd}", "write one like $how == chars(bad)", by)


def _text(path: str, files: ProjectFiles) -> str:
    """What a file of a condition says; nothing where it is not to be had."""
    path = posixpath.normpath(path) if path else ""
    if not path or path.startswith(("/", "..")) or not files.exists(path):
        return ""
    try:
        return files.read(path).decode(errors="replace")
    except ProjectError:
        return ""
