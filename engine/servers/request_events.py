"""What a server tells of a request to write, whoever does it: rows that are there, and those that aren't taken."""

from __future__ import annotations

from collections.abc import Sequence

from engine.servers.server_call import ServerCall
from engine.servers.server_setup import Setup


def tell_rows_there(setup: Setup, call: ServerCall, rows: int) -> None:
    """So many of its rows are there now, maybe after its client has given up."""
    setup.emit("server.committed", request=call.number, rows=rows)
    if rows and call.is_abandoned:
        setup.emit("server.wrote_late", request=call.number, rows=rows)


def tell_refused_rows(setup: Setup, call: ServerCall, refused: Sequence[tuple[int, str]]) -> None:
    """The rows at these places are refused, each with its code."""
    for code in dict.fromkeys(code for _, code in refused):
        places = [place for place, each in refused if each == code]
        setup.emit("row.refused", request=call.number, code=code, rows=len(places), first=places[0])


def tell_refusal(setup: Setup, call: ServerCall, code: str) -> None:
    """It is refused as a whole."""
    setup.emit("request.refused", request=call.number, code=code)
