"""What of a scenario's settings a real server can be given, and how; the rest stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from engine.databases.clickhouse.clickhouse_requests import requests_for
from engine.project.database_conf import ServerConf
from engine.servers.engines.known import engine_kind
from engine.text.source_text import KeyPath
from wptest.servers.administration import Administrator
from wptest.servers.real_server import RealDatabase
from wptest.servers.runs.real_tables import Database
from wptest.servers.server_choice import ServerChoice

_OF_THE_RUN = frozenset({"latency", "timeout"})  # how long requests take, and clients wait: by the run's clock
_PACKET = "max_allowed_packet"


def start_options(conf: ServerConf, choice: ServerChoice) -> tuple[str, ...]:
    """More words for the command of a server that is set up so; one that has any is another server."""
    content = dict(conf.settings).get("content")
    if choice.kind == "opensearch" and content:
        return (f"-Ehttp.max_content_length={content}b",)
    # By default (BACKUP,QUICK) a table isn't repaired that a kill has left with rows which its keys don't know of.
    return ("--myisam-recover-options=FORCE",) if conf.engine.startswith("myisam@") else ()


@contextmanager
def set_up(database: Database, conf: ServerConf) -> Iterator[None]:
    """Set up a server of ours for one run."""
    packet = dict(conf.settings).get("packet")
    if packet is None or not isinstance(database, RealDatabase):
        yield
        return
    with Administrator(database) as administrator:
        before = administrator.say(f"SELECT @@global.{_PACKET}")
        administrator.say(f"SET GLOBAL {_PACKET} = {packet}")
    try:
        yield
    finally:
        database.server.revive()
        with Administrator(database) as administrator:
            administrator.say(f"SET GLOBAL {_PACKET} = {before}")


def why_not_set_up(conf: ServerConf, choice: ServerChoice) -> Iterator[tuple[KeyPath, str]]:
    """Settings that a real server can't be given, known before one is started, by their places there."""
    can = {"mariadb": {"packet"}, "opensearch": {"content"}}.get(choice.kind, set())
    for name, value in conf.settings:
        if name == "flush" and value == next(iter(engine_kind(conf.engine).flushes)):
            continue
        if name == "flush":
            yield ("flush",), "when it makes rows durable is a matter of its own clock, and not of the run's"
        elif name in can and not choice.is_ours:
            yield (name,), f"its '{name}' can't be set, since {choice.called} was started by somebody else"
        elif name not in can | _OF_THE_RUN and not (choice.kind == "clickhouse" and name == "window"):
            yield (name,), f"its '{name}' can't be set from here"


def why_not_this_version(conf: ServerConf, choice: ServerChoice, version: str) -> Iterator[tuple[KeyPath, str]]:
    """The same, known when one runs."""
    if choice.kind == "clickhouse" and "window" in dict(conf.settings) and requests_for(version) == "18.16":
        yield ("window",), f"ClickHouse {version} has no window of repeated inserts"
    said_of = conf.engine.partition("@")[2]
    if choice.kind == "clickhouse" and conf.columns and said_of != requests_for(version):
        yield ("tables",), f"what columns of other types make of values is said of {said_of}, and this is {version}"
