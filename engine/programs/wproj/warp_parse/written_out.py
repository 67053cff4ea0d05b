"""A project that has no files, as real programs have it when it is written out for them."""

from __future__ import annotations

from dataclasses import replace

from engine.project.as_written import AsWritten, WrittenInput
from engine.project.model import INFRA_GROUPS, Project
from engine.rescue.name import logged_path

_SINKS = "topology/sinks"
_SINK_CONNECTORS = 3  # a file, one that fails, nowhere
_NO_GROUP = "intercept"  # which real versions don't have


def as_written_out(project: Project) -> Project:
    """The project with groups, connectors and models in files; one that has files is what they say."""
    if project.origin.asked:
        return project
    own = {name for name in INFRA_GROUPS if name != _NO_GROUP}
    groups = (replace(group, is_built_in=group.is_built_in and group.name not in own) for group in project.groups)
    source = project.source
    written = AsWritten(
        sinks=_SINKS,
        inputs=(WrittenInput(source.key, source.path, logged_path(source.path), source.enabled),),
        source_connectors=1,
        used_connectors=1,
        sink_connectors=_SINK_CONNECTORS,
        has_oml=True,
    )
    return replace(project, groups=tuple(groups), as_written=written)
