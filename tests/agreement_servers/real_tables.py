"""The real table beside an engine of the simulation, wherever it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chdb_table import ChdbConnection, ChdbDatabase
from models import Match

from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import TableConnection
from wptest.servers.real_server import RealDatabase
from wptest.servers.sqlite_file import SqliteFile

AnyDatabase = RealDatabase | SqliteFile | ChdbDatabase


def connected(match: Match, database: AnyDatabase) -> TableConnection:
    """A connection to it, through the relay where there is one."""
    if isinstance(database, ChdbDatabase):
        return ChdbConnection(replace(database, window=match.window))
    return connect_to(database)


def skip_other_versions(match: Match, database: AnyDatabase) -> str:
    """The version, which is one that the engine is said of: with others there is nothing to compare."""
    version = database.server.version if isinstance(database, RealDatabase) else database.version
    if not version.startswith(match.version):
        pytest.skip(f"{match.engine} is said of {match.version}*, and this is {version}")
    return version
