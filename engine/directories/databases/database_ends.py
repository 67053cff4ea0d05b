"""Sinks of a project directory that write to a database: to which server and table, and what a row has.

Source: the factories of wp-connectors 0.7.5-alpha.1 (facts page section 9). What WPL makes of a line isn't
interpreted, so a row has the whole line in place of its fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.directories.connectors import Params
from engine.project.database_conf import BatchLimits, DatabaseConf, ServerConf
from engine.project.refused import RefusedPart
from engine.project.sink_kind import SinkKind
from engine.rows.row_table import FROM_PLACE, WHOLE_LINE, Column, Parsing, RowTable, WriteMode
from engine.rows.table_problems import LONGEST_PLACE
from engine.servers.server_words import whole_engine_name
from engine.sinks.kinds.clickhouse import CLICKHOUSE_KIND
from engine.sinks.kinds.elasticsearch import ELASTICSEARCH_KIND
from engine.sinks.kinds.sql import SQL_KIND
from engine.sinks.kinds.victorialogs import VICTORIALOGS_KIND

_LINE = Column("line", "bytes", WHOLE_LINE, required=True)
_EVENT = Column("wp_event_id", "text", FROM_PLACE, length=LONGEST_PLACE, required=True)
_NO_NAME = re.compile(r"\W", re.ASCII)
_LONGEST_NAME = 60  # with a number behind it, it is one that any server takes


@dataclass(frozen=True, slots=True)
class DatabaseType:
    """A type of sink that a project can name.

    Attributes:
        kind: which kind of sink it is here.
        engine: how its tables keep rows.
        mode: how it writes.
        needs: the parameters that WarpParse wants a text of.
        others: those that change nothing here.
        lines: how many lines a request has at most, where the project doesn't say it; it can't where that is 1.
        key: the columns by which a row is known that is there.
    """

    kind: SinkKind[object]
    engine: str
    mode: WriteMode
    needs: tuple[str, ...] = ("endpoint",)
    others: tuple[str, ...] = ("username", "password")
    lines: int = 100
    key: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """Those of its tables."""
        return (_EVENT, _LINE) if self.key else (_LINE,)


DATABASE_TYPES: Mapping[str, DatabaseType] = {
    "mysql": DatabaseType(
        SQL_KIND,
        "innodb",
        "insert_ignore",
        needs=("endpoint", "database"),
        others=("username", "password", "columns"),
        key=(_EVENT.name,),
    ),
    "clickhouse": DatabaseType(CLICKHOUSE_KIND, "merge_tree", "insert", needs=("endpoint", "database")),
    "elasticsearch": DatabaseType(ELASTICSEARCH_KIND, "bulk_index", "index"),
    "victorialogs": DatabaseType(
        VICTORIALOGS_KIND, "log_store", "create", others=("insert_path", "fmt", "create_time_field"), lines=1
    ),
}


@dataclass(frozen=True, slots=True)
class DatabaseEnds:
    """The servers and tables of one project: sinks that name the same ones share them."""

    _servers: dict[tuple[str, ...], ServerConf] = field(default_factory=dict)
    _tables: dict[tuple[str, str], str] = field(default_factory=dict)

    def read(self, params: Params, sink: str) -> DatabaseConf:
        """What a sink of one of these types writes to; its table has the name of the `sink` if no other is said."""
        called = params.type or ""
        type_ = DATABASE_TYPES[called]
        said = {key: params.holder(key).text(key) or "" for key in type_.needs}
        for key, value in said.items():
            if not value.strip():
                _refuse_empty(params, called, key)
        params.accept(*type_.others)
        if called == "mysql":
            params.holder("columns").texts("columns")
        server = self._server(called, params.connector or called, type_.engine, tuple(said.values()))
        name = params.holder("table").text("table") if type_.lines > 1 else None
        return DatabaseConf(
            server,
            RowTable(self._table(server.name, name or sink), Parsing(), type_.columns, type_.key),
            type_.mode,
            BatchLimits(lines=_batch(params, called, type_)),
        )

    def _server(self, called: str, name: str, engine: str, said: tuple[str, ...]) -> ServerConf:
        """The server at an endpoint; of several behind one connector, the later ones have numbers."""
        endpoint, *database = said
        where = (called, endpoint.rpartition("://")[2].rstrip("/"), *database)
        if where not in self._servers:
            taken = {each.name for each in self._servers.values()}
            self._servers[where] = ServerConf(_unique(name, taken), whole_engine_name(engine))
        return self._servers[where]

    def _table(self, server: str, name: str) -> str:
        """What a table is called here, where every server can have it."""
        if (server, name) not in self._tables:
            taken = {table for (of, _), table in self._tables.items() if of == server}
            self._tables[server, name] = _unique(name, taken)
        return self._tables[server, name]


def _unique(name: str, taken: set[str]) -> str:
    plain = _NO_NAME.sub("_", name).strip("_")[:_LONGEST_NAME]
    if not plain[:1].isalpha():
        plain = f"t{plain}"
    found, number = plain, 2
    while found in taken:
        found, number = f"{plain}_{number}", number + 1
    return found


def _batch(params: Params, called: str, type_: DatabaseType) -> int:
    if type_.lines == 1:
        return 1
    holder = params.holder("batch")
    lines = holder.whole("batch", type_.lines, low=-(10**12))
    if lines > 0:
        return lines
    holder.fail(
        "batch", f"{called}.batch must be > 0", "say how many lines a request has at most", RefusedPart.SINK
    )
    return type_.lines


def _refuse_empty(params: Params, called: str, key: str) -> None:
    """Tell of what WarpParse wants, in its words: here a server needs no address."""
    holder, message = params.holder(key), f"{called}.{key} must not be empty"
    if holder.is_wrong(key):
        return
    help_ = f'add: {key} = "..."'
    if key in holder:
        holder.refuse(key, message, help_, RefusedPart.SINK)
    else:
        holder.refuse_lack(key, message, help_, RefusedPart.SINK)
