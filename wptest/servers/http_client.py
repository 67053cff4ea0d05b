"""HTTP to a server, byte by byte as it is said: the standard library adds nothing and repeats nothing."""

from __future__ import annotations

import base64
import http.client
from contextlib import closing
from dataclasses import dataclass

from engine.databases.http_request import HttpRequest
from wptest.servers.clients import TO_ANSWER
from wptest.servers.server_address import ServerAddress


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A status, and the bytes of the body."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode("utf-8", "replace").strip()


def http_send(address: ServerAddress, request: HttpRequest, timeout: float = TO_ANSWER) -> HttpAnswer:
    """Ask once, by a connection of its own; no answer in `timeout` seconds is an error.

    Raises:
        ConnectionRefusedError: there is no server, so nothing was sent.
        OSError: the connection ended, or no answer came in time.
        http.client.HTTPException: what came is no answer, or not a whole one.
    """
    headers = dict(request.headers)
    if address.user:
        account = base64.b64encode(f"{address.user}:{address.password}".encode()).decode()
        headers["Authorization"] = f"Basic {account}"
    with closing(http.client.HTTPConnection(address.host, address.port, timeout=timeout)) as connection:
        connection.request(request.method, request.target, request.body, headers)
        answer = connection.getresponse()
        return HttpAnswer(answer.status, answer.read())
