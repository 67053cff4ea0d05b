"""What a sink is called: by the scenario, in events and figures, and in the names of its rescue files.

A name that only one sink of the project has is enough (seed). All others go by their full name, `<group>/<name>`,
and their rescue files lie in the directory of their group (facts page section 1.4): names are unique in a group,
and those that nobody gave are `[0]`, `[1]` and so on in every one. Of groups of one name the last one's sinks are
called so; those of the others have a number behind their names, where these are not the only ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from engine.project.model import GroupConf, SinkConf

_NOT_GIVEN = re.compile(r"\[\d+\]")


def identified(groups: Iterable[GroupConf]) -> tuple[GroupConf, ...]:
    """The groups, each of their sinks with the id that tells it apart from all others of the project."""
    groups = tuple(groups)
    times = Counter(sink.name for group in groups for sink in group.sinks)
    last = {(group.name, sink.name): place for place, group in enumerate(groups) for sink in group.sinks}

    def told_apart(sink: SinkConf, group: str, place: int) -> SinkConf:
        placed = sink if sink.group == group else replace(sink, group=group)
        alone = times[sink.name] == 1 and not _NOT_GIVEN.fullmatch(sink.name)
        name = placed.name if alone else placed.full_name
        name += "" if last[group, sink.name] == place else f"#{place + 1}"
        return placed if placed.id == name else replace(placed, id=name)

    return tuple(
        replace(group, sinks=tuple(told_apart(sink, group.name, place) for sink in group.sinks))
        for place, group in enumerate(groups)
    )
