"""PostgreSQL: found, made, started and asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from signal import Signals
from typing import final

from wptest.servers.clients import postgres_client, postgres_connect
from wptest.servers.server_address import LOOPBACK, ServerAddress
from wptest.servers.server_errors import NameTakenError
from wptest.servers.server_program import ServerProgram

_ACCOUNT = "wptest"
_EXISTS = "42P04"


@final
class PostgresServer:
    """PostgreSQL; it refuses to run as root."""

    name = "postgres"
    called = "PostgreSQL"
    schemes: tuple[str, ...] = ("postgresql+psycopg", "postgresql", "postgres")
    default_port = 5432
    program = ServerProgram(
        ("postgres",),
        "WPTEST_POSTGRES",
        (
            "/usr/lib/postgresql/*/bin",
            "/usr/pgsql-*/bin",
            "/usr/local/pgsql/bin",
            "/opt/homebrew/opt/postgresql@*/bin",
        ),
        "apt-get install --no-install-recommends postgresql",
    )
    shuns_root = True
    ending = Signals.SIGINT  # SIGTERM waits for every client, for ever

    def make(self, program: Path, home: Path, run: Callable[[Sequence[str]], None]) -> None:
        """See `ServerKind.make`: in UTF-8, or texts would come back as bytes."""
        how = ("--auth=trust", f"--username={_ACCOUNT}", "--encoding=UTF8", "--no-locale", "--no-sync")
        run([str(program.with_name("initdb")), "-D", str(home / "data"), *how])

    def command(self, program: Path, home: Path, ports: Sequence[int]) -> list[str]:
        """See `ServerKind.command`."""
        where = ["-D", str(home / "data"), "-h", LOOPBACK, "-p", str(ports[0]), "-k", str(home)]
        # Else its shared memory has names of the whole machine, which stay there when it is killed.
        return [str(program), *where, "-c", "dynamic_shared_memory_type=mmap"]

    def address(self, port: int) -> ServerAddress:
        """See `ServerKind.address`."""
        return ServerAddress(LOOPBACK, port, _ACCOUNT)

    def version(self, address: ServerAddress) -> str:
        """See `ServerKind.version`."""
        try:
            return str(_asked(address, "show server_version"))
        except postgres_client().OperationalError:
            return ""

    def create(self, address: ServerAddress, name: str) -> ServerAddress:
        """See `ServerKind.create`."""
        try:
            _asked(address, f"create database \"{name}\" encoding 'UTF8' template template0")
        except postgres_client().Error as error:
            if error.sqlstate == _EXISTS:
                raise NameTakenError(name) from None
            raise
        return replace(address, database=name)

    def drop(self, address: ServerAddress, name: str) -> None:
        """See `ServerKind.drop`: whoever is still connected to it is thrown out."""
        _asked(address, f'drop database if exists "{name}" with (force)')


def _asked(address: ServerAddress, statement: str) -> object:
    with postgres_connect(address) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None
