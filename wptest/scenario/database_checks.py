"""Whether what a scenario says of its databases goes together: servers, kinds of sinks, rows, failing requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.databases.known_codes import KNOWN_CODES, Meaning
from engine.databases.meaning import UNLISTED, known_code
from engine.databases.server_rules import rules_for
from engine.programs.program_specs import PROGRAMS
from engine.project.database_conf import DatabaseConf
from engine.project.sink_kind import SinkKind
from engine.rows.lossless import what_is_lost
from engine.rows.row_table import RowTable
from engine.rows.table_problems import TableProblem, table_problems
from engine.servers.engines.known import check_flush, engine_kind
from engine.servers.request_faults import Refuse, check_fault
from engine.sinks.kinds import SINK_KINDS
from engine.text.mistake import Mistake, one_of
from engine.text.source_text import KeyPath
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.words.setting.database_sinks import InlineServer
from wptest.words.setting.inline import InlineProject, InlineSink
from wptest.words.triggers.nth_request import UponRequest
from wptest.words.verbs.fail_requests import FailRequests

_KEEP_LINE = "add a column with 'from: $line'"
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
    """Add every mistake in what the project's sinks say of databases, and steps of their requests."""
    used = set[str]()
    for path, name, sink in project.placed_sinks:
        if name in scene.untyped or sink.calls:
            continue
        kind = SINK_KINDS[sink.type]
        if kind.engines:
            _check_sink(scene, project, path, sink)
            used.add(sink.server or "")
        else:
            _only_for_databases(scene, path, name, sink)
    for server in project.servers:
        path = ("project", "servers", server)
        if server in PROGRAMS:
            message, help_ = f"'{server}' is what a program is called", "give the server another name"
            scene.problem(path, message, Code.WRONG_VALUE, help_=help_, at_key=True)
        _check_set_up(
            scene, path, project.servers[server], [conf for conf in _tables(scene) if conf.server.name == server]
        )
        if server not in used and not scene.untyped:
            message, help_ = f"no sink writes to the server '{server}'", "take it out, or let a sink name it"
            scene.problem(path, message, Code.NO_EFFECT, help_=help_, at_key=True)


def _check_set_up(scene: Scene, path: KeyPath, server: InlineServer, tables: Sequence[DatabaseConf]) -> None:
    """The engine has such settings, and sinks write to the tables and columns that are said to be otherwise."""
    kind = engine_kind(server.engine)
    try:
        check_flush(kind, "" if server.flush is None else str(server.flush))
    except Mistake as mistake:
        _tell(scene, (*path, "flush"), mistake)
    for name, key in server.set_up.items():
        if name not in kind.heeds:
            message, help_ = f"'{key}' makes no difference to {kind.name}", "take it out"
            scene.problem((*path, key), message, Code.NO_EFFECT, help_=help_, at_key=True)
    columns = {conf.table.name: [column.name for column in conf.table.columns] for conf in tables}
    for table, others in server.tables.items():
        where = (*path, "tables", table)
        if table not in columns:
            scene.unknown(where, "table", table, columns, Code.UNKNOWN_WORD, at_key=True)
            continue
        for column, there in others.items():
            if column not in columns[table]:
                scene.unknown((*where, column), "column", column, columns[table], Code.UNKNOWN_WORD, at_key=True)
            elif not there.model_fields_set and not scene.has_wrong(*where, column):
                message, help_ = f"nothing is said of '{column}'", "say its 'type', 'collation' or 'charset'"
                scene.problem((*where, column), message, Code.NO_EFFECT, help_=help_, at_key=True)


def check_requests(scene: Scene) -> None:
    """Add the mistakes of steps that are about requests to servers."""
    if scene.project is None:
        return
    servers = {server.name: server for server in scene.project.servers}
    for path, step in scene.scenario.all_steps:
        if isinstance(step.trigger, UponRequest):
            sink = scene.known_sink(step.trigger.written.sink)
            if sink is not None and sink.database is None:
                message = f"the sink '{sink.id}' is of type {sink.type}, and makes no requests"
                scene.problem(
                    (*path, "upon", "request"), message, Code.NO_EFFECT, help_="name a sink of a database"
                )
        if isinstance(step.verb, FailRequests):
            written, below = step.verb.written, (*path, step.verb.key)
            if written.share is not None and written.refuse is None:
                message, help_ = (
                    f"'share' is of what is refused, and '{written.way}' refuses nothing",
                    "take it out",
                )
                scene.problem((*below, "share"), message, Code.NO_EFFECT, help_=help_, at_key=True)
            if scene.is_wrong("project", "servers", written.server):
                continue
            if written.server not in servers:
                scene.unknown(
                    (*below, "server"), "server", written.server, servers, Code.UNKNOWN_WORD, at_key=False
                )
                continue
            try:
                check_fault(engine_kind(servers[written.server].engine), written.wrong)
                if isinstance(written.wrong, Refuse):
                    _check_code(servers[written.server].engine, written.wrong.code)
            except Mistake as mistake:
                _tell(scene, (*below, written.way), mistake)
            tables = [conf.table.name for conf in _tables(scene) if conf.server.name == written.server]
            if written.table is not None and written.table not in tables:
                scene.unknown((*below, "table"), "table", written.table, tables, Code.UNKNOWN_WORD, at_key=False)


def _check_code(engine: str, code: str) -> None:
    """A server refuses with codes that it has, and of which it is known what they mean."""
    family, short = rules_for(engine).family, engine.partition("@")[0]
    known = known_code(family, code)
    if known.meaning is Meaning.DELIVERED:
        refusals = [each.code.rstrip("*") for each in KNOWN_CODES[family] if each.meaning is not Meaning.DELIVERED]
        raise Mistake(f"with {code} {short} says that rows are written, and refuses none", one_of(refusals))
    if known is UNLISTED:
        codes = list(dict.fromkeys(each.code.rstrip("*") for each in KNOWN_CODES[family]))
        whole = f"Code: {code}"
        help_ = f"did you mean '{whole}'?" if whole in codes else did_you_mean(code, codes)
        expected = "a code of the table in docs/databases.md"
        raise Mistake(f"nobody knows what {short} means by the code '{code}'", expected, help_=help_)


def _tables(scene: Scene) -> Iterator[DatabaseConf]:
    sinks = () if scene.project is None else scene.project.sinks
    return (sink.database for sink in sinks if sink.database is not None)


def _only_for_databases(scene: Scene, path: KeyPath, name: str, sink: InlineSink) -> None:
    owners = [each.name for each in SINK_KINDS.values() if each.engines]
    for key in sink.of_databases:
        message = f"the sink '{name}' is of type {sink.kind}, and has no {key}"
        help_ = f"only {', '.join(owners[:-1])} and {owners[-1]} sinks have it"
        scene.problem((*path, key), message, Code.NO_EFFECT, help_=help_, at_key=True)


def _check_sink(scene: Scene, project: InlineProject, path: KeyPath, sink: InlineSink) -> None:
    if sink.file is not None:
        message = f"a sink of type {sink.type} has a table and no file"
        scene.problem((*path, "file"), message, Code.NO_EFFECT, help_="say 'table'", at_key=True)
    kind = SINK_KINDS[sink.type]
    engine = kind.engines[0] if sink.server is None else _engine_of(scene, project, path, sink.server, kind)
    modes = kind.modes if engine is None else [mode for mode in kind.modes if mode in rules_for(engine).modes]
    if sink.write is not None and sink.write not in modes:
        message = f"{engine or sink.type} knows no '{sink.write}'"
        scene.problem((*path, "write"), message, Code.WRONG_VALUE, expected=one_of(modes))
    elif sink.write in _NEED_A_KEY and not sink.key:
        message = f"'{sink.write}' does nothing else than 'insert' where there is no key"
        help_ = "say which columns are the key, or leave 'write' out"
        scene.problem((*path, "write"), message, Code.NO_EFFECT, help_=help_)
    conf = None if scene.project is None else scene.project.sink(str(path[-1]))
    if conf is not None and conf.database is not None and not scene.has_wrong(*path, "row"):
        _check_shared(scene, path, conf.database)
        _check_table(scene, path, sink, conf.database.table)


def _check_table(scene: Scene, path: KeyPath, sink: InlineSink, table: RowTable) -> None:
    """Lines can have rows in a table, and their rows say which lines they were: nobody could count them else."""
    problems = table_problems(table)
    for problem in problems:
        _tell(scene, (*path, *_place_of(problem, sink)), problem.mistake, at_key=problem.attribute == "name")
    for problem in what_is_lost(table)[:1] if not problems else ():
        mistake, message = problem.mistake, "a row doesn't say which line it was"
        place = (*path, *_place_of(problem, sink))
        scene.problem(place, f"{message}: {mistake.problem}", Code.WRONG_VALUE, help_=mistake.help_ or _KEEP_LINE)


def _as_there(database: DatabaseConf) -> tuple[object, ...]:
    columns = [(each.name, each.kind, each.length, each.required) for each in database.table.columns]
    return columns, database.table.key


def _check_shared(scene: Scene, path: KeyPath, database: DatabaseConf) -> None:
    """Whoever writes to a table takes it for the same."""
    for sink in () if scene.project is None else scene.project.sinks:
        other = sink.database
        if sink.name == path[-1]:
            return
        if other is not None and other.target == database.target and _as_there(other) != _as_there(database):
            name = database.table.name
            message = f"the table '{name}' has other columns or another key for the sink '{sink.name}'"
            help_ = "let both say the same 'row' and 'key', or give one another 'table'"
            scene.problem(path, message, Code.WRONG_VALUE, help_=help_, at_key=True)
            return


def _engine_of(
    scene: Scene, project: InlineProject, path: KeyPath, name: str, kind: SinkKind[object]
) -> str | None:
    """The engine of the server that a sink names; None, and a mistake, where that isn't one for it."""
    server, where = project.servers.get(name), (*path, "server")
    if scene.is_wrong("project", "servers", name):
        return None
    if server is None:
        scene.unknown(where, "server", name, project.servers, Code.UNKNOWN_WORD, at_key=False)
        return None
    if server.engine.partition("@")[0] not in kind.engines:
        message = f"a sink of type {kind.name} can't write to '{name}', whose engine is {server.engine}"
        scene.problem(where, message, Code.WRONG_VALUE, expected=f"a server with {one_of(kind.engines)}")
        return None
    return server.engine


def _place_of(problem: TableProblem, sink: InlineSink) -> KeyPath:
    """Where what is wrong with a table stands, below its sink; of what is left out, where it would stand."""
    attribute = _WRITTEN.get(problem.attribute, problem.attribute)
    if problem.attribute == "key":
        return ("key", *(() if problem.mistake.item is None else (problem.mistake.item,)))
    if problem.column is None:
        return ("row", attribute)
    name, column = list(sink.row.columns.items())[problem.column] if sink.row is not None else ("line", None)
    written = column is not None and attribute in column.written
    return ("row", "columns", name, *((attribute,) if written else ()))


def _tell(scene: Scene, path: KeyPath, mistake: Mistake, *, at_key: bool = False) -> None:
    scene.problem(path, mistake.problem, Code.WRONG_VALUE, mistake.expected, mistake.help_, at_key=at_key)
