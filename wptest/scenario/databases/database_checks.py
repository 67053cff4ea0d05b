"""Whether what a scenario says of its databases goes together: servers, kinds of sinks, rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.databases.how_to_write import how_to_write
from engine.databases.server_rules import rules_for
from engine.programs.program_specs import PROGRAMS
from engine.rows.lossless import what_is_lost
from engine.rows.row_table import RowTable
from engine.rows.table_problems import TableProblem, table_problems
from engine.servers.engines.known import check_flush, engine_kind
from engine.servers.server_words import has_collations, kinds_of, without_version
from engine.sinks.kinds import SINK_KINDS
from engine.text.mistake import Mistake, nearest, one_of
from engine.text.source_text import KeyPath
from wptest.scenario.databases.written_databases import WrittenDatabase, written_databases
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.words.setting.database_sinks import InlineServer, StoredColumn
from wptest.words.setting.inline import InlineProject, InlineSink

_KEEP_LINE = "add a column with 'from: $line'"
# What of other servers does the same.
_SAME = {"upsert": ("index",), "index": ("upsert",), "insert_ignore": ("create",), "create": ("insert_ignore",)}
_NEED_A_KEY = ("insert_ignore", "upsert")
# Where an attribute of a column or a table stands in a scenario.
_WRITTEN = {
    "source": "from",
    "kind": "type",
    "length": "type",
    "parsing.pattern": "parse",
    "parsing.fields": "parse",
    "parsing.kind": "parse",
}


def check_databases(scene: Scene, project: InlineProject) -> None:
    """Add every mistake in what the project's servers and sinks say of databases."""
    for path, name, other in project.placed_sinks:
        if name not in scene.untyped and not other.calls and not SINK_KINDS[other.type].engines:
            _only_for_databases(scene, path, name, other)
    sinks = written_databases(scene, project)
    for place, sink in enumerate(sinks):
        _check_sink(scene, project, sink)
        _check_shared(scene, sink, sinks[:place])
    meant = _servers_meant(scene, project, sinks)
    for name, server in project.servers.items():
        path = ("project", "servers", name)
        if name in PROGRAMS:
            message, help_ = f"'{name}' is what a program is called", "give the server another name"
            scene.problem(path, message, Code.WRONG_VALUE, help_=help_, at_key=True)
        _check_set_up(scene, path, server)
        if not scene.untyped and all(sink.server in project.servers for sink in sinks if sink.written.server):
            _check_tables_there(scene, (*path, "tables"), server, [sink for sink in sinks if sink.server == name])
        if name not in meant:
            message, help_ = f"no sink writes to the server '{name}'", "take it out, or let a sink name it"
            scene.problem(path, message, Code.NO_EFFECT, help_=help_, at_key=True)


def _servers_meant(scene: Scene, project: InlineProject, sinks: Sequence[WrittenDatabase]) -> Collection[str]:
    """The servers that sinks write to, or will when what is wrong with them is mended: any, if nobody knows."""
    if scene.untyped or any(sink.server is None for sink in sinks):
        return project.servers
    named = {sink.written.server for sink in sinks if sink.written.server}
    meant = [
        name
        if name in project.servers or scene.is_wrong("project", "servers", name)
        else nearest(name, project.servers)
        for name in named
    ]
    return project.servers if None in meant else [name for name in meant if name]


def _check_set_up(scene: Scene, path: KeyPath, server: InlineServer) -> None:
    """The engine has such settings."""
    kind = engine_kind(server.engine)
    try:
        check_flush(kind, "" if server.flush is None else str(server.flush))
    except Mistake as mistake:
        scene.tell((*path, "flush"), mistake)
    for name, key in server.set_up.items():
        if name not in kind.heeds:
            message, help_ = f"'{key}' makes no difference to {kind.name}", "take it out"
            scene.problem((*path, key), message, Code.NO_EFFECT, help_=help_, at_key=True)


def _check_tables_there(
    scene: Scene, path: KeyPath, server: InlineServer, sinks: Sequence[WrittenDatabase]
) -> None:
    """Sinks write to the tables and columns that are said to be otherwise than they take them for."""
    known = {sink.table.name: [column.name for column in sink.table.columns] for sink in sinks if sink.table}
    if server.tables and not kinds_of(server.engine):
        message, help_ = f"'tables' makes no difference to {engine_kind(server.engine).name}", "take it out"
        scene.problem(path, message, Code.NO_EFFECT, help_=help_, at_key=True)
        return
    for table, others in server.tables.items():
        where = (*path, table)
        if table not in known:
            if all(sink.is_sound for sink in sinks):
                scene.unknown(where, "table", table, known, Code.UNKNOWN_WORD, at_key=True)
            continue
        for column, there in others.items():
            if column not in known[table]:
                scene.unknown((*where, column), "column", column, known[table], Code.UNKNOWN_WORD, at_key=True)
            elif not there.model_fields_set and not scene.has_wrong(*where, column):
                message, help_ = f"nothing is said of '{column}'", "say its 'type', 'collation' or 'charset'"
                scene.problem((*where, column), message, Code.NO_EFFECT, help_=help_, at_key=True)
            else:
                _check_column_there(scene, (*where, column), server.engine, there)


def _check_column_there(scene: Scene, path: KeyPath, engine: str, there: StoredColumn) -> None:
    """The engine has such columns."""
    kinds = kinds_of(engine)
    if there.type is not None and there.type[0] not in kinds:
        message = f"{engine} has no columns of type {there.type[0]}"
        scene.problem((*path, "type"), message, Code.WRONG_VALUE, expected=one_of(kinds))
    for key in ("collation", "charset"):
        if key in there.model_fields_set and not has_collations(engine):
            message, help_ = f"'{key}' makes no difference to {engine_kind(engine).name}", "take it out"
            scene.problem((*path, key), message, Code.NO_EFFECT, help_=help_, at_key=True)


def _only_for_databases(scene: Scene, path: KeyPath, name: str, sink: InlineSink) -> None:
    owners = [each.name for each in SINK_KINDS.values() if each.engines]
    for key in sink.of_databases:
        message = f"the sink '{name}' is of type {sink.kind}, and has no {key}"
        help_ = f"only {', '.join(owners[:-1])} and {owners[-1]} sinks have it"
        scene.problem((*path, key), message, Code.NO_EFFECT, help_=help_, at_key=True)


def _check_sink(scene: Scene, project: InlineProject, sink: WrittenDatabase) -> None:
    path, written, kind, before = sink.path, sink.written, sink.kind, len(scene.problems)
    if written.file is not None:
        message = f"a sink of type {kind.name} has a table and no file"
        scene.problem((*path, "file"), message, Code.NO_EFFECT, help_="say 'table'", at_key=True)
    engine = _engine_of(scene, project, sink)
    modes = kind.modes if engine is None else [mode for mode in kind.modes if mode in rules_for(engine).modes]
    if written.write is not None and written.write not in modes:
        message = f"{engine or kind.name} knows no '{written.write}'"
        help_ = next((f"'{mode}' does the same" for mode in _SAME.get(written.write, ()) if mode in modes), None)
        if written.write in _SAME and kind.name == "clickhouse":
            help_ = "leave it out: replacing_merge_tree shows the newest row of each key"
        scene.problem((*path, "write"), message, Code.WRONG_VALUE, expected=one_of(modes), help_=help_)
    elif written.write in _NEED_A_KEY and not written.key and not sink.is_open("key"):
        message = f"'{written.write}' does nothing else than 'insert' where there is no key"
        help_ = "say which columns are the key, or leave 'write' out"
        scene.problem((*path, "write"), message, Code.NO_EFFECT, help_=help_)
    if sink.table is not None:
        _check_table(scene, sink, sink.table)
    if len(scene.problems) == before and sink.is_sound and not sink.is_open("batch"):
        _check_batch(scene, path, written)


def _check_batch(scene: Scene, path: KeyPath, sink: InlineSink) -> None:
    """A request has room for more than what stands around its rows."""
    conf = None if scene.project is None else scene.project.sink(str(path[-1]))
    if sink.batch is None or conf is None or conf.database is None:
        return
    database = conf.database
    how = how_to_write(database.server.engine, database.table, database.mode, database.batch)
    if how.around >= database.batch.bytes:
        message = f"no row has room in {database.batch.bytes} bytes: a request without any has {how.around}"
        scene.problem((*path, "batch", "bytes"), message, Code.WRONG_VALUE, f"more than {how.around}, for one row")


def _check_table(scene: Scene, sink: WrittenDatabase, table: RowTable) -> None:
    """Lines can have rows in a table, and their rows say which lines they were: nobody could count them else."""
    problems = table_problems(table)
    for problem in problems:
        of_wrong = problem.column is not None and table.columns[problem.column].name in sink.wrong_columns
        if not of_wrong or problem.attribute == "source":
            place = (*sink.path, *_place_of(problem, sink.written, table))
            scene.tell(place, problem.mistake, at_key=problem.attribute == "name")
    for problem in what_is_lost(table)[:1] if sink.is_sound and not problems else ():
        mistake, message = problem.mistake, "a row doesn't say which line it was"
        place = (*sink.path, *_place_of(problem, sink.written, table))
        scene.problem(place, f"{message}: {mistake.problem}", Code.WRONG_VALUE, help_=mistake.help_ or _KEEP_LINE)


def _as_there(table: RowTable) -> tuple[object, ...]:
    return [(each.name, each.kind, each.length, each.required) for each in table.columns], table.key


def _check_shared(scene: Scene, sink: WrittenDatabase, before: Sequence[WrittenDatabase]) -> None:
    """Whoever writes to a table takes it for the same."""
    for other in before:
        if sink.table is None or other.table is None or not (sink.is_sound and other.is_sound):
            continue
        is_same = sink.server is not None and sink.server == other.server and sink.table.name == other.table.name
        if is_same and _as_there(sink.table) != _as_there(other.table):
            message = f"the table '{sink.table.name}' has other columns or another key for the sink '{other.name}'"
            help_ = "let both say the same 'row' and 'key', or give one another 'table'"
            scene.problem(sink.path, message, Code.WRONG_VALUE, help_=help_, at_key=True)
            return


def _engine_of(scene: Scene, project: InlineProject, sink: WrittenDatabase) -> str | None:
    """The engine of a sink's server; None, and a mistake, where that isn't one for it."""
    name, kind, where = sink.server, sink.kind, (*sink.path, "server")
    if name is None or scene.is_wrong("project", "servers", name):
        return None
    if sink.written.server is None:
        return kind.engines[0]
    server = project.servers.get(name)
    if server is None:
        scene.unknown(where, "server", name, project.servers, Code.UNKNOWN_WORD, at_key=False)
        return None
    if without_version(server.engine) not in kind.engines:
        message = f"a sink of type {kind.name} can't write to '{name}', whose engine is {server.engine}"
        scene.problem(where, message, Code.WRONG_VALUE, expected=f"a server with {one_of(kind.engines)}")
        return None
    return server.engine


def _place_of(problem: TableProblem, sink: InlineSink, table: RowTable) -> KeyPath:
    """Where what is wrong with a table stands, below its sink; of what is left out, where it would stand."""
    attribute = _WRITTEN.get(problem.attribute, problem.attribute)
    if problem.attribute == "key":
        return ("key", *(() if problem.mistake.item is None else (problem.mistake.item,)))
    if problem.column is None:
        return ("row", attribute)
    name = table.columns[problem.column].name
    column = None if sink.row is None else sink.row.columns.get(name)
    written = column is not None and attribute in column.written
    return ("row", "columns", name, *((attribute,) if written else ()))
