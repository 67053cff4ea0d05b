"""Opens a server of a kind by what somebody has said of it: nothing, a program, an address."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from wptest.servers.kinds.clickhouse_server import ClickHouseServer
from wptest.servers.kinds.mariadb_server import MariaDBServer
from wptest.servers.kinds.opensearch_server import OpenSearchServer
from wptest.servers.kinds.postgres_server import PostgresServer
from wptest.servers.kinds.victorialogs_server import VictoriaLogsServer
from wptest.servers.real_server import OwnServer, RealServer
from wptest.servers.server_address import address_of
from wptest.servers.server_kind import ServerKind
from wptest.servers.server_process import ServerProcess, other_user
from wptest.subject.scratch import scratch

SERVER_KINDS: dict[str, ServerKind] = {
    kind.name: kind
    for kind in (MariaDBServer(), PostgresServer(), ClickHouseServer(), OpenSearchServer(), VictoriaLogsServer())
}
_ANYWHERE = "WPTEST_SERVERS_ANYWHERE"


def may_be_anywhere() -> bool:
    """Whether servers of other machines are used that somebody names."""
    return os.environ.get(_ANYWHERE) == "1"


@contextmanager
def open_server(name: str, given: str = "", *, options: tuple[str, ...] = ()) -> Iterator[RealServer]:
    """A running server; one that we start is killed at the end, and its files are gone.

    Args:
        name: one of `SERVER_KINDS`.
        given: its program, the directory of it, or the URL of one that runs; else what the kind's variable says,
            else what is found on this machine.
        options: more words of the server's command.

    Raises:
        ServerMissingError: there is none, or the client for it isn't installed.
        ServerFailedError: it doesn't start, or gives no answer.
        AddressError: the URL is none, or isn't of this machine.
    """
    kind = SERVER_KINDS[name]
    said = kind.program.said(given)
    if "://" in said:
        yield RealServer(kind, address_of(said, kind.schemes, kind.default_port, anywhere=may_be_anywhere()))
        return
    program = kind.program.find(given)
    with scratch() as place:
        user = other_user() if kind.shuns_root else None
        if user is not None:
            place.directory.chmod(0o711)  # somebody else has to get through, and still sees nothing
        home = place.directory / kind.name
        home.mkdir(mode=0o700)
        process = ServerProcess(home, place.guard, user)
        try:
            yield OwnServer(kind, program, home, process, options)
        finally:
            process.kill()
