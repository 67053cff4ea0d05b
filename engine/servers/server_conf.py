"""What a project says of a server, as the server has it: its settings, and its tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.kernel.by_identity import ByIdentity
from engine.project.database_conf import ColumnThere, DatabaseConf, ServerConf
from engine.rows.server_column import ServerColumn
from engine.servers.server_settings import SETTINGS, ServerSettings
from engine.servers.server_table import ServerTable


def settings_of(conf: ServerConf) -> ServerSettings:
    """The settings of a server."""
    said: dict[str, Any] = dict(conf.settings)
    assert said.keys() <= {*SETTINGS}, "whoever has read them knows which there are"
    return replace(ServerSettings(), **said)


@ByIdentity
def table_there(conf: DatabaseConf) -> ServerTable:
    """The table of a sink: as the sink takes it for, but for the columns that others have made otherwise."""
    table = ServerTable.of(conf.table, learns_mapping=conf.server.learns_mapping)
    others = {each.name: each for each in conf.server.columns if each.table == conf.table.name}
    columns = tuple(_column_there(column, others.get(column.name)) for column in table.columns)
    return replace(table, columns=columns)


def _column_there(column: ServerColumn, there: ColumnThere | None) -> ServerColumn:
    if there is None:
        return column
    said: dict[str, Any] = {"collation": there.collation, "charset": there.charset}
    changed = {name: value for name, value in said.items() if value}
    if there.kind:
        changed |= {"kind": there.kind, "length": there.length}
        changed |= {"sent": column.kind} if there.kind != column.kind else {}
    return replace(column, **changed)
