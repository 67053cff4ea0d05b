"""The clients that speak to servers: each is an extra of wptest, imported when it is first needed."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from wptest.servers.server_address import LOOPBACK, ServerAddress
from wptest.servers.server_errors import ServerMissingError

TO_CONNECT = 5.0  # seconds
TO_ANSWER = 30.0  # how long an answer is waited for, unless somebody says otherwise


def mysql_connect(address: ServerAddress, *, timeout: float = TO_ANSWER) -> Any:
    """A connection of PyMySQL that commits each statement by itself; no answer in `timeout` seconds is an error.

    Raises:
        ServerMissingError: PyMySQL isn't installed.
        pymysql.err.OperationalError: there is no server.
    """
    return _client("pymysql", "mysql").connect(
        host=address.host,
        port=address.port,
        user=address.user or None,
        password=address.password,
        database=address.database or None,
        charset="utf8mb4",
        autocommit=True,
        ssl_disabled=address.host == LOOPBACK,  # reading the system's certificates takes 90 ms, each time
        connect_timeout=min(TO_CONNECT, timeout),
        read_timeout=timeout,
        write_timeout=timeout,
    )


def mysql_errors() -> Any:
    """The module of PyMySQL's exceptions."""
    return _client("pymysql", "mysql").err


def postgres_connect(address: ServerAddress, *, timeout: float = TO_ANSWER) -> Any:
    """A connection of psycopg that commits each statement by itself.

    Raises:
        ServerMissingError: psycopg isn't installed.
        psycopg.OperationalError: there is no server.
    """
    return _client("psycopg", "postgres").connect(
        host=address.host,
        port=address.port,
        user=address.user or None,
        password=address.password or None,
        dbname=address.database or "postgres",
        autocommit=True,
        sslmode="disable" if address.host == LOOPBACK else "prefer",
        connect_timeout=int(max(2, min(TO_CONNECT, timeout))),
    )


def postgres_client() -> ModuleType:
    """The module psycopg."""
    return _client("psycopg", "postgres")


def _client(module: str, extra: str) -> ModuleType:
    try:
        return import_module(module)
    except ImportError as error:
        why = f"{module} can't be imported ({error}), and speaking to this server takes it"
        raise ServerMissingError(why, f"python -m pip install 'wptest[{extra}]'") from None
