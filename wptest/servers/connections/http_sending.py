"""One request over HTTP: its answer, or that there is none."""

from __future__ import annotations

from http.client import HTTPException

from engine.databases.http_request import HttpRequest
from engine.databases.request import NoAnswer
from wptest.servers.http_client import HttpAnswer, http_send
from wptest.servers.server_address import ServerAddress
from wptest.servers.server_errors import ServerFailedError

_OK = 200


def http_answer(address: ServerAddress, request: HttpRequest, timeout: float) -> HttpAnswer | NoAnswer:
    """What comes of a request, whatever goes wrong with it."""
    try:
        return http_send(address, request, timeout)
    except ConnectionRefusedError as error:
        return NoAnswer(str(error), sent=False)
    except (OSError, HTTPException) as error:
        return NoAnswer(str(error) or type(error).__name__)


def well_answered(called: str, answer: HttpAnswer | NoAnswer) -> HttpAnswer:
    """An answer that is one, where nothing else will do.

    Raises:
        ServerFailedError: it is none.
    """
    if isinstance(answer, NoAnswer) or answer.status != _OK:
        why = answer.why if isinstance(answer, NoAnswer) else f"{answer.status} {answer.text}"
        raise ServerFailedError(f"{called}: {why}")
    return answer
