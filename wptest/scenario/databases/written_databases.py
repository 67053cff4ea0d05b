"""What a scenario's sinks say of databases, as far as it isn't wrong: the rest of it is checked all the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import yaml

from engine.project.sink_kind import SinkKind
from engine.rows.row_table import WHOLE_LINE, Column, Parsing, RowTable
from engine.rows.table_problems import LONGEST_PLACE
from engine.sinks.kinds import SINK_KINDS
from engine.text.source_text import KeyPath
from wptest.scenario.databases.inline_databases import table_of
from wptest.scenario.scene import Scene
from wptest.words.setting.inline import InlineProject, InlineSink

_ANY_FIELDS = Parsing("json")  # what a line is taken apart into is then known by the line alone


@dataclass(frozen=True)
class WrittenDatabase:
    """A sink of a database: where it stands, its name, what is left of it without its wrong parts."""

    scene: Scene
    path: KeyPath
    name: str
    written: InlineSink

    @property
    def kind(self) -> SinkKind[object]:
        """What it is."""
        return SINK_KINDS[self.written.type]

    @cached_property
    def server(self) -> str | None:
        """The server that it writes to; None where nobody knows."""
        return None if self.is_open("server") else self.written.server or self.kind.engines[0]

    @cached_property
    def table(self) -> RowTable | None:
        """Its table; a column that is wrong is one of that name with nothing wrong but its source.

        None where its columns are not known.
        """
        wrong, is_lost = self.wrong_columns, self.written.row is None and self.is_open("row")
        if is_lost and not wrong:
            return None
        table = table_of(self.name, self.written)
        columns = {} if is_lost else {column.name: column for column in table.columns}
        columns |= {name: self._stand_in(name) for name in wrong}
        parsing = _ANY_FIELDS if is_lost or self._is_wrong("row", "parse") else table.parsing
        key = () if self.is_open("key") else table.key
        return RowTable(table.name, parsing, tuple(columns.values()), key, table.refuse)

    def _stand_in(self, name: str) -> Column:
        below = ("row", "columns", name, "from")
        pair = None if self._is_wrong(*below) else self.scene.document.pair_at((*self.path, *below))
        node = self.scene.document.node_at((*self.path, *below))
        source = node.value if pair is not None and isinstance(node, yaml.ScalarNode) else WHOLE_LINE
        return Column(name, "text", WHOLE_LINE if "${{" in source else source, LONGEST_PLACE, required=True)

    @cached_property
    def wrong_columns(self) -> tuple[str, ...]:
        """The columns that something is wrong with, or with their names."""
        start = (*self.path, "row", "columns")
        depth = len(start)
        named = (str(each[depth]) for each in self.scene.pruned if each[:depth] == start and each[depth:])
        return tuple(dict.fromkeys(named))

    @property
    def is_sound(self) -> bool:
        """Nothing that it says of its table is wrong."""
        return not any(map(self.is_open, ("table", "row", "key")))

    def is_open(self, key: str) -> bool:
        """Whether nobody knows what it says there: that is wrong, or a key that isn't known may mean it."""
        return self._is_wrong(key) or (key not in self.written.model_fields_set and self._has_unknown_key)

    def _is_wrong(self, *below: str) -> bool:
        return self.scene.has_wrong(*self.path, *below)

    @cached_property
    def _has_unknown_key(self) -> bool:
        return any(each[:-1] == self.path and each[-1] not in InlineSink.key_names() for each in self.scene.pruned)


def written_databases(scene: Scene, project: InlineProject) -> tuple[WrittenDatabase, ...]:
    """The sinks of a project that are known to write to a database."""
    return tuple(
        WrittenDatabase(scene, path, name, sink)
        for path, name, sink in project.placed_sinks
        if name not in scene.untyped and not sink.calls and SINK_KINDS[sink.type].engines
    )
