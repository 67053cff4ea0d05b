"""A request over HTTP, byte by byte: what is sent to servers that have no protocol of their own here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode


class HttpRequest(NamedTuple):
    """A request; `target` is the path with its parameters."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""


def request_target(path: str, parameters: Mapping[str, str | int]) -> str:
    """A path with parameters, in their order."""
    return f"{path}?{urlencode(parameters, quote_via=quote)}" if parameters else path
