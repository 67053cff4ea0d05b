"""What real versions add to a record behind the fields of its line, and what the record is without it.

Written from docs/projects.md: the key of its source, then that source's tags and the path of its input by name,
unless a model has made another record of it; and with each writing the tags of the sink, behind all that is there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from engine.project.model import GroupConf, Project, SourceConf

_NAMES = ("wp_event_id", "wp_src_key", "wp_src_ip", "access_source")
_PATH = "access_source"
_OF_NOTHING_KNOWN = 2  # values behind a line: a key and a path
_EVENT_ID = re.compile(r"\d{15,}")  # as the programs give them to records


class AddedFields(NamedTuple):
    """What may stand around the fields of a line in the records of a target.

    Attributes:
        names: of fields that are no line's.
        of_sources: the values behind a line, for each source; None is the path of its input.
        of_sinks: the values of tags, for each sink of the group: replays bring those of the one that failed.
    """

    names: frozenset[str] = frozenset(_NAMES)
    of_sources: tuple[tuple[str | None, ...], ...] = ()
    of_sinks: tuple[tuple[str, ...], ...] = ()

    def without(self, values: Sequence[str]) -> list[str]:
        """The values of a line, of those of a record without names."""
        left = list(values)
        while (tail := next((each for each in self.of_sinks if _ends_with(left, each)), None)) is not None:
            del left[-len(tail) :]
        if len(left) <= _OF_NOTHING_KNOWN + 1 or not _EVENT_ID.fullmatch(left[0]):
            return left
        known = (len(each) for each in self.of_sources if _ends_with(left, each))
        return left[1 : -next(known, _OF_NOTHING_KNOWN)]


def added_in(project: Project, group: GroupConf) -> AddedFields:
    """What may stand around lines in targets of a group's sinks."""
    tags = [sink.tags for sink in group.sinks if sink.tags]
    named = {name for each in (*tags, *(source.tags for source in project.sources)) for name, _ in each}
    return AddedFields(
        names=frozenset({*_NAMES, *named}),
        of_sources=tuple(map(_behind, project.sources)),
        of_sinks=tuple(dict.fromkeys(tuple(value for _, value in each) for each in tags)),
    )


def _behind(source: SourceConf) -> tuple[str | None, ...]:
    by_name: dict[str, str | None] = {**dict(source.tags), _PATH: None}
    return source.key, *(by_name[name] for name in sorted(by_name))


def _ends_with(values: Sequence[str], tail: Sequence[str | None]) -> bool:
    if len(values) < len(tail):
        return False
    return all(wanted in (None, value) for value, wanted in zip(values[-len(tail) :], tail, strict=True))
