"""What a scenario writes of databases becomes part of the engine's `Project`, with its defaults."""

from __future__ import annotations

from collections.abc import Mapping

from engine.project.database_conf import DatabaseConf, ServerConf
from engine.project.sink_kind import SinkKind
from engine.rows.row_table import WHOLE_LINE, Column, Parsing, RowTable, WriteMode
from engine.servers.server_words import whole_engine_name
from engine.sinks.kinds import SINK_KINDS
from wptest.words.setting.database_sinks import RequestSize
from wptest.words.setting.inline import InlineProject, InlineSink

_ONLY_THE_LINE = (Column("line", "bytes", WHOLE_LINE, required=True),)


def inline_servers(project: InlineProject) -> Mapping[str, ServerConf]:
    """The servers that a project names, and one for each kind of sink that names none."""
    named = {name: server.conf(name) for name, server in project.servers.items()}
    for _, _, sink in project.placed_sinks:
        kind = SINK_KINDS[sink.type]
        if kind.engines and sink.server is None:
            own = kind.engines[0]
            named.setdefault(own, ServerConf(own, whole_engine_name(own)))
    return named


def database_of(
    name: str, sink: InlineSink, kind: SinkKind[object], servers: Mapping[str, ServerConf]
) -> DatabaseConf | None:
    """What a sink of a database writes to which table; None where it names a server that isn't there."""
    server = servers.get(sink.server or kind.engines[0])
    if server is None:
        return None
    return DatabaseConf(
        server,
        table_of(name, sink),
        sink.write or _usual_mode(kind, has_key=bool(sink.key)),
        (sink.batch or RequestSize()).conf,
    )


def table_of(name: str, sink: InlineSink) -> RowTable:
    """The table that the rows of a sink go to."""
    row = sink.row
    columns = _ONLY_THE_LINE if row is None else tuple(each.column(key) for key, each in row.columns.items())
    return RowTable(
        sink.table or name,
        Parsing() if row is None else row.parse,
        columns,
        sink.key or (),
        "quarantine" if row is None else row.refuse,
    )


def _usual_mode(kind: SinkKind[object], *, has_key: bool) -> WriteMode:
    """Rows that are sent again must be no mistake where there is a key to know them by."""
    return "insert_ignore" if has_key and "insert_ignore" in kind.modes else kind.modes[0]
