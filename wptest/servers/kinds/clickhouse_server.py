"""ClickHouse: found, made, started and asked by HTTP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from signal import Signals
from typing import final

from engine.databases.http_request import HttpRequest
from wptest.servers.http_client import http_send
from wptest.servers.server_address import LOOPBACK, ServerAddress
from wptest.servers.server_errors import NameTakenError, ServerFailedError
from wptest.servers.server_program import ServerProgram

_EXISTS = "Code: 82"
_OK = 200
# What both the oldest and the newest understand: the first element's name is the old one.
_CONFIG = """<yandex>
<logger><level>warning</level><log>{home}/log</log><errorlog>{home}/errors</errorlog></logger>
<http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><interserver_http_port>{between}</interserver_http_port>
<interserver_http_host>{host}</interserver_http_host><listen_host>{host}</listen_host>
<path>{home}/data/</path><tmp_path>{home}/temporary/</tmp_path><user_files_path>{home}/files/</user_files_path>
<format_schema_path>{home}/schemas/</format_schema_path><users_config>users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>67108864</mark_cache_size><timezone>UTC</timezone>
</yandex>
"""
_USERS = """<yandex>
<profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles>
<users><default><password></password><networks><ip>{host}</ip></networks><profile>default</profile>
<quota>default</quota></default></users><quotas><default/></quotas>
</yandex>
"""


@final
class ClickHouseServer:
    """ClickHouse."""

    name = "clickhouse"
    called = "ClickHouse"
    schemes: tuple[str, ...] = ("http", "clickhouse")
    default_port = 8123
    program = ServerProgram(
        ("clickhouse-server",),
        "WPTEST_CLICKHOUSE",
        ("/usr/sbin", "/usr/bin", "/usr/local/bin"),
        "apt-get install --no-install-recommends clickhouse-server",
    )
    shuns_root = False
    ending = Signals.SIGTERM

    def make(self, program: Path, home: Path, run: Callable[[Sequence[str]], None]) -> None:  # noqa: ARG002 - a file is all
        """See `ServerKind.make`."""
        (home / "users.xml").write_text(_USERS.format(host=LOOPBACK), encoding="ascii")

    def command(self, program: Path, home: Path, ports: Sequence[int]) -> list[str]:
        """See `ServerKind.command`: the ports stand in a file."""
        http, tcp, between = ports
        text = _CONFIG.format(home=home, http=http, tcp=tcp, between=between, host=LOOPBACK)
        (home / "config.xml").write_text(text, encoding="utf-8")
        return [str(program), f"--config-file={home / 'config.xml'}"]

    def address(self, port: int) -> ServerAddress:
        """See `ServerKind.address`."""
        return ServerAddress(LOOPBACK, port)

    def version(self, address: ServerAddress) -> str:
        """See `ServerKind.version`."""
        try:
            answer = http_send(address, _statement("select version()"), 2.0)
        except (OSError, HTTPException):
            return ""
        return answer.text if answer.status == _OK else ""

    def create(self, address: ServerAddress, name: str) -> ServerAddress:
        """See `ServerKind.create`."""
        _asked(address, f"create database {name}")
        return replace(address, database=name)

    def drop(self, address: ServerAddress, name: str) -> None:
        """See `ServerKind.drop`."""
        _asked(address, f"drop database if exists {name}")


def _asked(address: ServerAddress, statement: str) -> None:
    answer = http_send(address, _statement(statement))
    if answer.text.startswith(_EXISTS):
        raise NameTakenError(statement)
    if answer.status != _OK:
        raise ServerFailedError(f"ClickHouse: {answer.text}")


def _statement(text: str) -> HttpRequest:
    return HttpRequest("POST", "/", {}, text.encode())
