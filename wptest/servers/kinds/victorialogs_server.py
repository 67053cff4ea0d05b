"""VictoriaLogs: found, started and asked by HTTP."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from signal import Signals
from typing import final

from engine.databases.http_request import HttpRequest, request_target
from engine.databases.victorialogs.line_requests import show_lines
from wptest.servers.http_client import HttpAnswer, http_send
from wptest.servers.server_address import LOOPBACK, ServerAddress
from wptest.servers.server_errors import NameTakenError, ServerFailedError
from wptest.servers.server_program import ServerProgram

_OK = 200
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_LINES = {"Content-Type": "application/stream+json"}
_VERSION = re.compile(r'^vm_app_version\{.*short_version="v?([^"]+)"', re.MULTILINE)
_UNKNOWN = "of unknown version"  # one that was built without being told
_TO_DELETE = 30.0  # seconds; it takes about one
_GLANCE = 0.05


@final
class VictoriaLogsServer:
    """VictoriaLogs, whose `database` is a tenant: an account and a project by their numbers."""

    name = "victorialogs"
    called = "VictoriaLogs"
    schemes: tuple[str, ...] = ("http", "victorialogs")
    default_port = 9428
    program = ServerProgram(
        ("victoria-logs", "victoria-logs-prod"),
        "WPTEST_VICTORIALOGS",
        (str(Path("~/go/bin").expanduser()), "/usr/local/bin"),
        "go install github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs@v1.52.1",
    )
    shuns_root = False
    ending = Signals.SIGTERM

    def make(self, program: Path, home: Path, run: Callable[[Sequence[str]], None]) -> None:
        """See `ServerKind.make`: it makes all of it itself."""

    def command(self, program: Path, home: Path, ports: Sequence[int]) -> list[str]:
        """See `ServerKind.command`."""
        data, listen = home / "data", f"{LOOPBACK}:{ports[0]}"
        return [str(program), f"-storageDataPath={data}", f"-httpListenAddr={listen}", "-delete.enable"]

    def address(self, port: int) -> ServerAddress:
        """See `ServerKind.address`."""
        return ServerAddress(LOOPBACK, port)

    def version(self, address: ServerAddress) -> str:
        """See `ServerKind.version`."""
        try:
            answer = http_send(address, HttpRequest("GET", "/metrics", {}), 5.0)
        except (OSError, HTTPException):
            return ""
        found = _VERSION.search(answer.text)
        return "" if answer.status != _OK else found[1] if found else _UNKNOWN

    def create(self, address: ServerAddress, name: str) -> ServerAddress:
        """See `ServerKind.create`: a tenant is there as soon as a line of it is.

        Raises:
            ServerFailedError: it doesn't let anybody remove lines, so that they would be left behind.
        """
        if _said(address, name, _asking("/delete/active_tasks", {})).status != _OK:
            raise ServerFailedError(
                "VictoriaLogs was started without -delete.enable: what is written would be left"
            )
        if _checked(_said(address, name, _asking("/select/logsql/query", {"query": "* | limit 1"}))).body:
            raise NameTakenError(name)
        line = json.dumps({"_msg": name}).encode()
        _checked(_said(address, name, HttpRequest("POST", "/insert/jsonline", _LINES, line)))
        _checked(_said(address, name, show_lines()))
        return replace(address, database=name)

    def drop(self, address: ServerAddress, name: str) -> None:
        """See `ServerKind.drop`: it removes lines when it gets to it, which is waited for."""
        _checked(_said(address, name, show_lines()))
        _checked(_said(address, name, _asking("/delete/run_task", {"filter": "*"})))
        patience = time.monotonic() + _TO_DELETE
        while _checked(_said(address, name, _asking("/select/logsql/query", {"query": "* | limit 1"}))).body:
            if time.monotonic() > patience:
                raise ServerFailedError(f"{self.called} doesn't remove the lines of {name}")
            time.sleep(_GLANCE)


def of_tenant(name: str, request: HttpRequest) -> HttpRequest:
    """A request about the lines of a database, which are those of a tenant whose numbers are in its name."""
    digits = name.rpartition("_")[2]
    tenant = {"AccountID": str(int(digits[:8], 16)), "ProjectID": str(int(digits[8:], 16))}
    return request._replace(headers={**request.headers, **tenant})


def _said(address: ServerAddress, name: str, request: HttpRequest) -> HttpAnswer:
    return http_send(address, of_tenant(name, request))


def _asking(path: str, parameters: dict[str, str | int]) -> HttpRequest:
    return HttpRequest("POST", path, _FORM, request_target("", parameters)[1:].encode())


def _checked(answer: HttpAnswer) -> HttpAnswer:
    if answer.status != _OK:
        raise ServerFailedError(f"VictoriaLogs: {answer.status} {answer.text}")
    return answer
