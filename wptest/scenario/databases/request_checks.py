"""Whether what steps say of requests to databases goes together: failing ones, and those that are waited for."""

from __future__ import annotations

from engine.databases.known_codes import KNOWN_CODES, Meaning
from engine.databases.meaning import UNLISTED, known_code
from engine.databases.server_rules import rules_for
from engine.project.model import Project
from engine.servers.engines.known import engine_kind
from engine.servers.request_faults import Refuse, check_fault
from engine.servers.server_words import without_version
from engine.text.mistake import Mistake, one_of
from engine.text.source_text import KeyPath
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean
from wptest.words.triggers.nth_request import UponRequest
from wptest.words.verbs.fail_requests import FailingRequests, FailRequests


def check_requests(scene: Scene) -> None:
    """Add the mistakes of steps that are about requests to servers."""
    for path, step in scene.scenario.all_steps:
        if isinstance(step.trigger, UponRequest):
            _check_sink_of_request(scene, (*path, "upon", "request"), step.trigger.written.sink)
        if isinstance(step.verb, FailRequests):
            _check_failing(scene, (*path, step.verb.key), step.verb.written)


def _check_sink_of_request(scene: Scene, path: KeyPath, name: str) -> None:
    sink = scene.known_sink(name)
    if sink is not None and not sink.kind.engines:
        message = f"the sink '{sink.id}' is of type {sink.type}, and makes no requests"
        scene.problem(path, message, Code.NO_EFFECT, help_="name a sink of a database")


def _check_failing(scene: Scene, path: KeyPath, written: FailingRequests) -> None:
    if written.share is not None and written.refuse is None:
        message = f"'share' is of what is refused, and '{written.way}' refuses nothing"
        scene.problem((*path, "share"), message, Code.NO_EFFECT, help_="take it out", at_key=True)
    if scene.project is None or scene.is_wrong("project", "servers", written.server):
        return
    servers = {server.name: server for server in scene.project.servers}
    if written.server not in servers:
        scene.unknown((*path, "server"), "server", written.server, servers, Code.UNKNOWN_WORD, at_key=False)
        return
    try:
        check_fault(engine_kind(servers[written.server].engine), written.wrong)
        if isinstance(written.wrong, Refuse):
            _check_code(servers[written.server].engine, written.wrong.code)
    except Mistake as mistake:
        scene.tell((*path, written.way), mistake, at_key=written.way in ("late", "stopped"))
    tables = _tables_of(scene.project, written.server)
    if tables is not None and written.table is not None and written.table not in tables and not scene.untyped:
        scene.unknown((*path, "table"), "table", written.table, tables, Code.UNKNOWN_WORD, at_key=False)


def _check_code(engine: str, code: str) -> None:
    """A server refuses with codes that it has, and of which it is known what they mean."""
    family, short = rules_for(engine).family, without_version(engine)
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


def _tables_of(project: Project, server: str) -> list[str] | None:
    """The tables of a server; None where it isn't known which server a sink writes to."""
    confs = [sink.database for sink in project.sinks if sink.kind.engines]
    if None in confs:
        return None
    return [conf.table.name for conf in confs if conf is not None and conf.server.name == server]
