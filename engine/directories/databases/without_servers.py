"""A project for programs that have no database server beside them."""

from __future__ import annotations

from dataclasses import replace

from engine.directories.sink_tables import BY_ID
from engine.project.model import Project, SinkConf
from engine.sinks.kinds.stand_in import STAND_IN_KIND


def without_servers(project: Project) -> Project:
    """The project with a stand-in for each sink of a database."""
    if not project.servers:
        return project
    groups = tuple(replace(group, sinks=tuple(map(_stood_in_for, group.sinks))) for group in project.groups)
    return replace(project, groups=groups, servers=())


def _stood_in_for(sink: SinkConf) -> SinkConf:
    if sink.database is None:
        return sink
    return replace(sink, kind=STAND_IN_KIND, path=f"{BY_ID}/{sink.id}.dat", database=None)
