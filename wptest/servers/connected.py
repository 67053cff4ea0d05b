"""A connection to a database, whatever server it is in."""

from __future__ import annotations

from typing import cast

from engine.databases.clickhouse.clickhouse_requests import ClickHouseEngine
from wptest.servers.clients import TO_ANSWER
from wptest.servers.connections.http_connections import BulkConnection, ClickHouseConnection
from wptest.servers.connections.log_connection import LogConnection
from wptest.servers.connections.mysql_driver import MysqlDriver
from wptest.servers.connections.postgres_driver import PostgresDriver
from wptest.servers.connections.sql_connection import SqlConnection
from wptest.servers.connections.sqlite_driver import SqliteDriver
from wptest.servers.connections.table_connection import TableConnection
from wptest.servers.real_server import RealDatabase
from wptest.servers.sqlite_file import SqliteFile


def connect_to(
    database: RealDatabase | SqliteFile,
    *,
    direct: bool = False,
    timeout: float = TO_ANSWER,
    engine: str = "",
    window: int = 0,
    learns_mapping: bool = False,
) -> TableConnection:
    """A connection to a database, through its relay, where requests may go wrong, or past it.

    Args:
        database: where to.
        direct: past the relay.
        timeout: seconds after which an answer is given up; in SQLite, after which a lock is.
        engine: that of tables which this connection hasn't made, where it matters to who reads them.
        window: how many inserts the tables of ClickHouse remember that it makes.
        learns_mapping: the indexes that it makes are told no types.

    Raises:
        ServerMissingError: the client isn't installed.
    """
    if isinstance(database, SqliteFile):
        return SqlConnection(SqliteDriver(database.path, timeout=timeout))
    address = database.direct if direct else database.address
    match database.server.kind.name:
        case "mariadb":
            is_mariadb = "mariadb" in database.server.version.lower()
            return SqlConnection(MysqlDriver(address, is_mariadb=is_mariadb, timeout=timeout))
        case "postgres":
            return SqlConnection(PostgresDriver(address, timeout=timeout))
        case "clickhouse":
            tables = cast("ClickHouseEngine", engine or "MergeTree")
            version = database.server.version
            return ClickHouseConnection(address, version, timeout=timeout, window=window, engine=tables)
        case "opensearch":
            return BulkConnection(address, timeout=timeout, learns_mapping=learns_mapping)
        case "victorialogs":
            return LogConnection(address, timeout=timeout)
        case other:
            raise AssertionError(f"{other} has no connection")
