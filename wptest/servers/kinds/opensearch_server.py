"""OpenSearch: found, made, started and asked by HTTP; Elasticsearch by its address."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from signal import Signals
from typing import final

from engine.databases.http_request import HttpRequest
from wptest.servers.http_client import HttpAnswer, http_send
from wptest.servers.server_address import LOOPBACK, ServerAddress
from wptest.servers.server_errors import NameTakenError, ServerFailedError
from wptest.servers.server_program import ServerProgram

_OK = 200
_JSON = {"Content-Type": "application/json"}
_EXISTS = "resource_already_exists_exception"
# One shard without a copy: with a copy that nobody can hold, the index would never be whole.
_ONE_SHARD = {"settings": {"number_of_shards": 1, "number_of_replicas": 0}}


@final
class OpenSearchServer:
    """OpenSearch, whose `database` is an index, and all indexes whose names begin with its name."""

    name = "opensearch"
    called = "OpenSearch"
    schemes: tuple[str, ...] = ("http", "opensearch", "elasticsearch")
    default_port = 9200
    program = ServerProgram(
        ("opensearch",),
        "WPTEST_OPENSEARCH",
        ("/usr/share/opensearch/bin", "/opt/opensearch/bin"),
        "unpack the minimal distribution of OpenSearch 2.19, and put its bin directory on PATH",
    )
    shuns_root = True
    ending = Signals.SIGTERM

    def make(self, program: Path, home: Path, run: Callable[[Sequence[str]], None]) -> None:
        """See `ServerKind.make`: it makes all of it itself."""

    def command(self, program: Path, home: Path, ports: Sequence[int]) -> list[str]:
        """See `ServerKind.command`."""
        settings = {
            "path.data": home / "data",
            "path.logs": home / "logs",
            "cluster.name": "wptest",
            "node.name": "wptest",
            "network.host": LOOPBACK,
            "http.port": ports[0],
            "transport.port": ports[1],
            "discovery.type": "single-node",
            "node.store.allow_mmap": "false",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        return [str(program), *(f"-E{name}={value}" for name, value in settings.items())]

    def address(self, port: int) -> ServerAddress:
        """See `ServerKind.address`."""
        return ServerAddress(LOOPBACK, port)

    def version(self, address: ServerAddress) -> str:
        """See `ServerKind.version`: until it knows its indexes again it answers, too, and is `red`."""
        try:
            health = http_send(address, HttpRequest("GET", "/_cluster/health", {}), 5.0)
            if health.status != _OK or json.loads(health.body)["status"] == "red":
                return ""
            answer = http_send(address, HttpRequest("GET", "/", {}), 5.0)
        except (OSError, HTTPException):
            return ""
        return str(json.loads(answer.body)["version"]["number"]) if answer.status == _OK else ""

    def create(self, address: ServerAddress, name: str) -> ServerAddress:
        """See `ServerKind.create`."""
        answer = http_send(address, HttpRequest("PUT", f"/{name}", _JSON, json.dumps(_ONE_SHARD).encode()))
        if _EXISTS in answer.text:
            raise NameTakenError(name)
        _checked(answer)
        return replace(address, database=name)

    def drop(self, address: ServerAddress, name: str) -> None:
        """See `ServerKind.drop`: index by index, since by a pattern many servers forbid it."""
        answer = _checked(http_send(address, HttpRequest("GET", f"/_cat/indices/{name}*?h=index", {})))
        for index in answer.text.split():
            _checked(http_send(address, HttpRequest("DELETE", f"/{index}", {})))


def _checked(answer: HttpAnswer) -> HttpAnswer:
    if answer.status != _OK:
        raise ServerFailedError(f"OpenSearch: {answer.status} {answer.text}")
    return answer
