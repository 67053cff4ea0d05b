"""What a project says of the targets of its sinks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Self

from engine.kernel.by_identity import ByIdentity
from engine.project.model import MONITOR, ForeignConf, Project, SinkConf
from wptest.judge.written_down.stored_records import StoredAs, misses_in, records_in


class Targets:
    """The targets of a project, or of several.

    Attributes:
        of_sink: by a sink's id, its target: a file, or just the sink.
        paths: those that keep what they get: no black holes, and not where the monitor's figures go.
        foreign: of those that are files, the user's own code that writes them, if any does.
        records: of those that have records, how these stand there.
        misses: of those of lines that no rule takes, how these stand there with the reason.
        figures: the files that only the monitor's figures go to.
        read_back: those that the user's own code reads.
        tables: those that are tables of a database, and whether they have keys.
        reordered: tables whose rows don't stay in the order in which they came: by their keys, or written anew.
    """

    def __init__(
        self,
        of_sink: Mapping[str, str],
        paths: frozenset[str],
        foreign: Mapping[str, ForeignConf | None],
        *,
        records: Mapping[str, StoredAs],
        misses: Mapping[str, StoredAs],
        tables: Mapping[str, bool],
        reordered: frozenset[str],
    ) -> None:
        self.of_sink = of_sink
        self.paths = paths
        self.foreign = foreign
        self.records = records
        self.misses = misses
        self.tables = tables
        self.reordered = reordered
        self.figures = frozenset(foreign.keys() - paths)
        self.read_back = [path for path, conf in foreign.items() if conf is not None and conf.stored]

    def joined(self, other: Self) -> Targets:
        """These and others, which have the last word."""
        return Targets(
            {**self.of_sink, **other.of_sink},
            self.paths | other.paths,
            {**self.foreign, **other.foreign},
            records={**self.records, **other.records},
            misses={**self.misses, **other.misses},
            tables={**self.tables, **other.tables},
            reordered=self.reordered | other.reordered,
        )


@ByIdentity
def targets_of(project: Project) -> Targets:
    """The targets of a project."""
    return Targets(
        {sink.id: sink.path or sink.id for sink in project.sinks},
        frozenset(
            sink.path for group in project.groups if group.name != MONITOR for sink in group.sinks if sink.path
        ),
        {sink.path: sink.foreign for sink in project.sinks if sink.path},
        records=records_in(project),
        misses=misses_in(project),
        tables={sink.target: bool(sink.database.table.key) for sink in project.sinks if sink.database is not None},
        reordered=frozenset(sink.target for sink in project.sinks if _reorders(sink)),
    )


def _reorders(sink: SinkConf) -> bool:
    """ClickHouse has the rows of a batch by their key; a row that is written over an older one has its place."""
    database = sink.database
    if database is None or not database.table.key:
        return False
    return sink.type == "clickhouse" or database.mode == "upsert"


@ByIdentity
def writers_of(project: Project) -> Mapping[str | None, int]:
    """By path, how many sinks write there; each replica of a group has its own."""
    writers: Counter[str | None] = Counter()
    for group in project.groups:
        for sink in group.sinks:
            writers[sink.path] += group.parallel
    return writers
