"""Who brought a line to where it stands in a target: what programs told of their deliveries, counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.kernel import Event
from wptest.judge.history import History
from wptest.words.finding import Arrival


class _Piece(NamedTuple):
    """Lines that came together: those behind `first`, up to and with `last`."""

    first: int
    last: int
    arrival: Arrival


def arrivals_of(history: History, target: str, numbers: Sequence[int], lines: int) -> tuple[Arrival, ...]:
    """When each of these lines of a target came, and by whom; empty where that doesn't follow from what was told.

    It follows if what the target had at the start and all that was delivered are the `lines` that it has: nobody
    else has written to it then, and nothing is there of which nobody has told.
    """
    if target not in history.ledger.inventory.files:
        return ()
    there, pieces = history.there_at_start(target), list[_Piece]()
    count = there
    losses = {each.place: each for each in history.power.taken if each.path == target}
    for place, event in enumerate(history.machine.trace.events):
        if (loss := losses.get(place)) is not None:
            count = loss.after or 0
            pieces = [each for each in pieces if each.first < count]
        elif _is_delivery(event, target):
            more = int(event.fields["lines"] or 0)
            pieces.append(_Piece(count, count + more, Arrival(event.process, event.time, place)))
            count += more
    return tuple(_found(pieces, numbers)) if count == lines else ()


def _is_delivery(event: Event, target: str) -> bool:
    return event.kind == "sink.delivered" and event.fields["path"] == target


def _found(pieces: Sequence[_Piece], numbers: Sequence[int]) -> Iterator[Arrival]:
    for number in numbers:
        piece = next((each for each in pieces if each.first < number <= each.last), None)
        yield Arrival() if piece is None else piece.arrival
