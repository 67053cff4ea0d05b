"""MariaDB: found, made, started and asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from signal import Signals
from typing import final

from wptest.servers.clients import mysql_connect, mysql_errors
from wptest.servers.server_address import LOOPBACK, ServerAddress
from wptest.servers.server_errors import NameTakenError
from wptest.servers.server_program import ServerProgram

_ACCOUNT = "wptest"
_EXISTS = 1007
_SMALL = ("--innodb-log-file-size=8M", "--innodb-buffer-pool-size=32M", "--aria-pagecache-buffer-size=8M")


@final
class MariaDBServer:
    """MariaDB; MySQL by its address."""

    name = "mariadb"
    called = "MariaDB"
    schemes: tuple[str, ...] = ("mysql+pymysql", "mysql", "mariadb")
    default_port = 3306
    program = ServerProgram(
        ("mariadbd", "mysqld"),
        "WPTEST_MARIADB",
        ("/usr/sbin", "/usr/libexec", "/usr/local/sbin", "/usr/local/libexec", "/opt/homebrew/opt/mariadb/bin"),
        "apt-get install --no-install-recommends mariadb-server-core mariadb-client-core",
    )
    shuns_root = False
    ending = Signals.SIGTERM

    def make(self, program: Path, home: Path, run: Callable[[Sequence[str]], None]) -> None:
        """See `ServerKind.make`: the program for it is part of the server's package."""
        installer = ServerProgram(
            ("mariadb-install-db", "mysql_install_db"),
            "WPTEST_MARIADB_INSTALL_DB",
            (str(program.parent), str(program.parent.parent / "bin"), str(program.parent.parent / "scripts")),
            self.program.install,
        ).find()
        mode = ("--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")
        run([str(installer), "--no-defaults", f"--datadir={home / 'data'}", *_as_root(), *_SMALL, *mode])
        (home / "account.sql").write_text(
            f"create user if not exists '{_ACCOUNT}'@'{LOOPBACK}';\n"
            f"grant all on *.* to '{_ACCOUNT}'@'{LOOPBACK}' with grant option;\n",
            encoding="ascii",
        )

    def command(self, program: Path, home: Path, ports: Sequence[int]) -> list[str]:
        """See `ServerKind.command`."""
        return [
            str(program), "--no-defaults", f"--datadir={home / 'data'}", f"--bind-address={LOOPBACK}",
            f"--port={ports[0]}", f"--socket={home / 'socket'}", f"--pid-file={home / 'pid'}",
            f"--init-file={home / 'account.sql'}", "--skip-name-resolve",
            *_as_root(), *_SMALL,
        ]  # fmt: skip

    def address(self, port: int) -> ServerAddress:
        """See `ServerKind.address`."""
        return ServerAddress(LOOPBACK, port, _ACCOUNT)

    def version(self, address: ServerAddress) -> str:
        """See `ServerKind.version`."""
        try:
            return str(_asked(address, "select version()"))
        except mysql_errors().OperationalError:
            return ""

    def create(self, address: ServerAddress, name: str) -> ServerAddress:
        """See `ServerKind.create`: with an account that may do everything there, and nothing elsewhere."""
        try:
            _asked(address, f"create database `{name}` character set utf8mb4")
        except mysql_errors().ProgrammingError as error:
            if error.args[0] == _EXISTS:
                raise NameTakenError(name) from None
            raise
        if address.user != _ACCOUNT:  # one that was given: whatever account it has is good enough
            return ServerAddress(address.host, address.port, address.user, address.password, name)
        _asked(address, f"create user '{name}'@'{LOOPBACK}'")
        _asked(address, f"grant all on `{name}`.* to '{name}'@'{LOOPBACK}'")
        return ServerAddress(address.host, address.port, name, "", name)

    def drop(self, address: ServerAddress, name: str) -> None:
        """See `ServerKind.drop`."""
        _asked(address, f"drop database if exists `{name}`")
        if address.user == _ACCOUNT:
            _asked(address, f"drop user if exists '{name}'@'{LOOPBACK}'")


def _asked(address: ServerAddress, statement: str) -> object:
    with closing(mysql_connect(address)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None


def _as_root() -> tuple[str, ...]:
    """MariaDB runs as root where it is told so by name."""
    return ("--user=root",) if os.geteuid() == 0 else ()
