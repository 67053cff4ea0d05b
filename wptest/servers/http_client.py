"""HTTP to a server, byte by byte as it is said: the standard library adds nothing and repeats nothing."""

from __future__ import annotations

import base64
import http.client
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlencode

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


def http_ask(
    address: ServerAddress,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    parameters: Mapping[str, str] | None = None,
    content_type: str = "text/plain",
    timeout: float = 30.0,
) -> HttpAnswer:
    """Ask once, by a connection of its own; no answer in `timeout` seconds is an error.

    Raises:
        OSError: there is no server, no connection any more, or no answer in time.
        http.client.HTTPException: what came is no answer, or not a whole one.
    """
    headers = {"Content-Type": content_type}
    if address.user:
        account = base64.b64encode(f"{address.user}:{address.password}".encode()).decode()
        headers["Authorization"] = f"Basic {account}"
    target = f"{path}?{urlencode(parameters)}" if parameters else path
    with closing(http.client.HTTPConnection(address.host, address.port, timeout=timeout)) as connection:
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        return HttpAnswer(answer.status, answer.read())
