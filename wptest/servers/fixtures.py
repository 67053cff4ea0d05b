"""Fixtures of pytest: a real server for the session, and a new database in it for each test.

A test module or a `conftest.py` asks for them by `pytest_plugins = ["wptest.servers.fixtures"]`. Each worker of
pytest-xdist has servers of its own. A test that kills, stops or pauses its server leaves it running to the next.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from wptest.servers.opened import open_server
from wptest.servers.real_server import RealDatabase, RealServer
from wptest.servers.server_errors import AddressError, ServerFailedError, ServerMissingError
from wptest.servers.sqlite_file import SqliteFile
from wptest.subject.scratch import scratch

_MISSING = "WPTEST_MISSING_SERVERS"  # `skip`: tests of servers that aren't there are skipped; else they fail


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[RealServer]:
    """A running MariaDB."""
    with _opened("mariadb") as server:
        yield server


@pytest.fixture
def mariadb(mariadb_server: RealServer, request: pytest.FixtureRequest) -> Iterator[RealDatabase]:
    """A new database in MariaDB."""
    with mariadb_server.fresh(request.node.nodeid) as database:
        yield database


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[RealServer]:
    """A running PostgreSQL."""
    with _opened("postgres") as server:
        yield server


@pytest.fixture
def postgres(postgres_server: RealServer, request: pytest.FixtureRequest) -> Iterator[RealDatabase]:
    """A new database in PostgreSQL."""
    with postgres_server.fresh(request.node.nodeid) as database:
        yield database


@pytest.fixture(scope="session")
def clickhouse_server() -> Iterator[RealServer]:
    """A running ClickHouse."""
    with _opened("clickhouse") as server:
        yield server


@pytest.fixture
def clickhouse(clickhouse_server: RealServer, request: pytest.FixtureRequest) -> Iterator[RealDatabase]:
    """A new database in ClickHouse."""
    with clickhouse_server.fresh(request.node.nodeid) as database:
        yield database


@pytest.fixture(scope="session")
def opensearch_server() -> Iterator[RealServer]:
    """A running OpenSearch."""
    with _opened("opensearch") as server:
        yield server


@pytest.fixture
def opensearch(opensearch_server: RealServer, request: pytest.FixtureRequest) -> Iterator[RealDatabase]:
    """A new index in OpenSearch."""
    with opensearch_server.fresh(request.node.nodeid) as database:
        yield database


@pytest.fixture(scope="session")
def victorialogs_server() -> Iterator[RealServer]:
    """A running VictoriaLogs."""
    with _opened("victorialogs") as server:
        yield server


@pytest.fixture
def victorialogs(victorialogs_server: RealServer, request: pytest.FixtureRequest) -> Iterator[RealDatabase]:
    """A new tenant of VictoriaLogs."""
    with victorialogs_server.fresh(request.node.nodeid) as database:
        yield database


@pytest.fixture
def sqlite() -> Iterator[SqliteFile]:
    """A new SQLite file, in a directory of its own."""
    with scratch() as place:
        yield SqliteFile(place.directory / "sqlite.db")


@contextmanager
def _opened(name: str) -> Iterator[RealServer]:
    """A server, or a word of why there is none."""
    try:
        opening = open_server(name)
        server = opening.__enter__()
    except ServerMissingError as error:
        if os.environ.get(_MISSING) == "skip":
            pytest.skip(str(error))
        pytest.fail(f"unverified: {error}", pytrace=False)
    except (AddressError, ServerFailedError) as error:
        pytest.fail(f"unverified: {error}", pytrace=False)
    try:
        yield server
    finally:
        opening.__exit__(None, None, None)
