"""The database servers of one run, and what their tables hold, as lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache

from engine.kernel.by_identity import ByIdentity
from engine.machine import Machine
from engine.project.database_conf import DatabaseConf, ServerConf
from engine.project.model import Project
from engine.rows.line_of_row import LineWriter, line_writer
from engine.rows.refused_row import RefusedRow
from engine.rows.row_mapping import MOST_ROWS, RowMapping
from engine.rows.row_table import FROM_PLACE, ColumnValue, RowTable, TableRow
from engine.servers.engines.known import engine_kind
from engine.servers.server import DatabaseServer
from engine.servers.server_conf import settings_of, table_there
from engine.servers.simulated.simulated_server import SimulatedServer
from engine.servers.table_reader import AlteredRow

MakeServer = Callable[[Machine, ServerConf, Sequence[DatabaseConf]], DatabaseServer]


def simulated(machine: Machine, conf: ServerConf, tables: Sequence[DatabaseConf]) -> DatabaseServer:
    """The simulated server that a project names, with the tables of its sinks."""
    there = [table_there(each) for each in tables]
    return SimulatedServer(machine, conf.name, engine_kind(conf.engine), there, settings_of(conf))


class Servers:
    """The servers of a project, made by `make`, and started.

    Attributes:
        by_name: each of them.
    """

    def __init__(self, machine: Machine, project: Project, make: MakeServer = simulated) -> None:
        tables: dict[str, list[DatabaseConf]] = {server.name: [] for server in project.servers}
        self._confs = {sink.target: sink.database for sink in project.sinks if sink.database is not None}
        for conf in self._confs.values():
            tables[conf.server.name].append(conf)
        self.by_name = {server.name: make(machine, server, tables[server.name]) for server in project.servers}
        for server in self.by_name.values():
            if not server.kind.is_embedded:
                server.start()

    def altered(self, target: str) -> list[AlteredRow]:
        """The rows of a table that aren't stored as they were sent, oldest first."""
        conf = self._confs[target]
        return self.by_name[conf.server.name].altered(conf.table)

    def line_sent(self, target: str, altered: AlteredRow) -> bytes:
        """The line that an altered row was made of."""
        return _line_of(self._confs[target].table)(altered.sent)

    def row_in_json(self, target: str, row: TableRow) -> str:
        """A row of a table as a JSON object."""
        return _as_text(self._confs[target].table, row)

    def rows_and_keys(self, target: str) -> tuple[int, int]:
        """How many rows a table has, and how many different keys these have."""
        conf = self._confs[target]
        rows = self.by_name[conf.server.name].visible(conf.table)
        return len(rows), len({conf.table.key_of(row) for row in rows})

    def with_key_there(self, target: str, lines: Counter[bytes]) -> int:
        """How many of some lines have a key that a row has; none where a key says the place of a line."""
        conf = self._confs[target]
        if not conf.table.key or conf.wants_places:
            return 0
        mapping, key_of = RowMapping(conf.table), conf.table.key_of
        there = {key_of(row) for row in self.by_name[conf.server.name].visible(conf.table)}
        rows = [(mapping.to_tdc(line), number) for line, number in lines.items()]
        return sum(number for row, number in rows if not isinstance(row, RefusedRow) and key_of(row) in there)

    def in_json(self, target: str) -> list[str]:
        """The rows of a table as JSON objects, oldest first."""
        conf = self._confs[target]
        return [_as_text(conf.table, row) for row in self.by_name[conf.server.name].visible(conf.table)]

    def placed_lines(self, target: str) -> list[tuple[str, bytes]]:
        """The rows of a table that say where their lines were first read: the place, and the line."""
        conf = self._confs[target]
        if not conf.wants_places:
            return []
        at = next(at for at, column in enumerate(conf.table.columns) if column.source == FROM_PLACE)
        line_of = _line_of(conf.table)
        rows = self.by_name[conf.server.name].visible(conf.table)
        return [(str(row[at]), line_of(row)) for row in rows if row[at] is not None]

    def content(self, target: str) -> bytes:
        """The lines that the rows of a table were made of, oldest first; one that was altered gives another line.

        Outside of the simulation: no fault reaches it, and no time passes.
        """
        conf = self._confs[target]
        server = self.by_name[conf.server.name]
        rows = server.visible(conf.table, final=server.kind.final)
        if rows.content is None:
            line_of = _line_of(conf.table)
            rows.content = b"".join([line_of(row) + b"\n" for row in rows])
        return rows.content


@lru_cache(maxsize=16)
def _line_of(table: RowTable) -> LineWriter:
    """The lines of a table's rows, each worked out once."""
    return ByIdentity(line_writer(table), MOST_ROWS)


def _as_text(table: RowTable, row: TableRow) -> str:
    fields = {column.name: _in_json(value) for column, value in zip(table.columns, row, strict=True)}
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def _in_json(value: ColumnValue) -> bool | float | str | None:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else value
