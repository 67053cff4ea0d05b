"""Which sinks of a project a starter set is about, and what there is to try with each."""

from __future__ import annotations

from dataclasses import dataclass

from engine.project.model import GroupConf, Project, SinkConf
from engine.project.routing import group_of, lets_through

INPUTLESS = ("resume",)  # what needs no line of the input
WITH_OUTAGES = ("outage", "kill")
LOST_ANSWER = "answer"  # what only sinks of databases can meet
_IN_MEMORY = 100  # lines that a writer of rescue files has, which a kill takes


@dataclass(frozen=True, slots=True)
class CoveredSink:
    """A sink, the topics that make sense for it, and how many lines may be lost or doubled as it can't be helped.

    A kill in an outage takes lines; a batch of which nobody knows is there twice, where no key tells its rows.
    """

    sink: SinkConf
    topics: tuple[str, ...]
    most_lost: int
    most_doubled: int = 0


def covered_sinks(project: Project, topics: tuple[str, ...]) -> list[CoveredSink]:
    """The business sinks that keep their lines; without business groups, the sinks that lines come to."""
    reached: dict[str, list[str]] = {}
    for sample in project.samples:
        reached.setdefault(_destination(sample.rule, project), []).append(sample.text)
    business = [group for group in project.groups if not (group.infra or group.is_superseded)]
    groups = business or [group for group in project.groups if group.name in reached]
    return [
        CoveredSink(
            sink,
            _of(sink, group, topics, reached.get(group.name, [])),
            _IN_MEMORY * group.parallel,
            0 if sink.database is None or sink.database.table.key else sink.database.batch.lines,
        )
        for group in groups
        for sink in group.sinks
        if sink.path is not None
    ]


def _of(sink: SinkConf, group: GroupConf, topics: tuple[str, ...], texts: list[str]) -> tuple[str, ...]:
    takes = bool(texts) and (sink.passing is None or lets_through(sink.passing, texts))
    outages = sink.kind.has_phases and not group.infra
    return tuple(
        topic
        for topic in topics
        if _is_for(sink, topic) and (topic in INPUTLESS or (takes and (outages or topic not in WITH_OUTAGES)))
    )


def _is_for(sink: SinkConf, topic: str) -> bool:
    """A table has no file that fails, and without a key it has rows twice where a recovery was killed."""
    if sink.database is None:
        return topic != LOST_ANSWER
    return topic == LOST_ANSWER or (topic in INPUTLESS and bool(sink.database.table.key))


def _destination(rule: str, project: Project) -> str:
    infra = {group.name for group in project.groups if group.infra}
    group = group_of(rule, project.groups)
    return rule if rule in infra else "default" if group is None else group.name
