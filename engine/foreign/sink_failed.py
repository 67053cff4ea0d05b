"""What a user's own sink raises to say that it could not take lines, and what that says of each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import combinations
from typing import Literal, get_args

from engine.machine.batch_outcome import ALL_AGAIN, BatchOutcome
from engine.project.model import ErrorClass

_SHORT = 60
_PLACES = "places of lines in the batch, from 0 on"


class _Unsaid(Enum):
    """How many lines a sink has taken, where it doesn't say."""

    UNSAID = "unsaid"


_UNSAID: Literal[_Unsaid.UNSAID] = _Unsaid.UNSAID


class SinkFailed(Exception):
    """What a python sink raises to say that it could not take lines, and which.

    Lines are named by their places in the batch, from 0 on. If any are named and `written` isn't given, the sink
    has taken all the others; if none are, it has taken none.

    Args:
        reason: why, for the log.
        written: how many of the lines it did take, from the first on; those behind that aren't named come again.
            None: it doesn't know, so look into the target.
        error_class: which class of error that is; the strategy for it decides what happens with the lines.
        refused: those that it will never take; with a reason for each, if it is a mapping.
        again: those that it hasn't taken, and may take later.
        unknown: those that nobody can say of whether it has them: they are sent again, and may be there twice.
    """

    def __init__(
        self,
        reason: str,
        written: int | Literal[_Unsaid.UNSAID] | None = _UNSAID,
        error_class: ErrorClass = "sink",
        *,
        refused: Iterable[int] | Mapping[int, str] = (),
        again: Iterable[int] = (),
        unknown: Iterable[int] = (),
    ) -> None:
        super().__init__(reason)
        self.written = written
        self.error_class = error_class
        self.refused = refused if isinstance(refused, Mapping) else _several("refused", refused)
        self.again = _several("again", again)
        self.unknown = _several("unknown", unknown)
        answer_of(self, None)


@dataclass(frozen=True, slots=True)
class Failed:
    """The sink could not do it.

    Attributes:
        error_class: of which class the error is.
        reason: why, in its words.
        outcome: what it says of the lines.
        unsaid: the places of those of which it says nothing: whether they have arrived is to be looked up.
    """

    error_class: ErrorClass
    reason: str
    outcome: BatchOutcome = ALL_AGAIN
    unsaid: Collection[int] = ()


def answer_of(failed: SinkFailed, lines: int | None) -> tuple[BatchOutcome, Collection[int]]:
    """What an exception says of a batch of so many lines, and the places of which it says nothing.

    Without a number only what it says by itself is looked at.

    Raises:
        ValueError, TypeError: it makes no sense, or isn't about these lines.
    """
    written = _checked(failed.written, failed.error_class, lines)
    for name, places in (("refused", failed.refused), ("again", failed.again), ("unknown", failed.unknown)):
        for place in places:
            _check_place(name, place, lines)
    refused = failed.refused if isinstance(failed.refused, Mapping) else dict.fromkeys(failed.refused, str(failed))
    named = {"refused": {*refused}, "again": {*failed.again}, "unknown": {*failed.unknown}}
    taken: Collection[int] = range(written) if isinstance(written, int) else ()
    _check_once({"written": taken, **named})
    others = [place for place in range(lines or 0) if not any(place in places for places in named.values())]
    if written is _UNSAID and any(named.values()):
        taken = others
    return BatchOutcome(taken, _reasons(refused), named["unknown"]), others if written is None else ()


def _checked(written: object, error_class: object, lines: int | None) -> object:
    """How many lines were taken, as it is said.

    Raises:
        ValueError: it, or the error class, is none.
    """
    if error_class not in get_args(ErrorClass):
        raise ValueError(f"unknown error class {error_class!r}, expected one of: {', '.join(get_args(ErrorClass))}")
    is_said = written is not None and written is not _UNSAID
    if is_said and not (isinstance(written, int) and _is_number(written) and written >= 0):
        raise ValueError(f"'written' is {shown(written)}: expected how many lines were taken, from 0 on, or None")
    if isinstance(written, int) and lines is not None and written > lines:
        raise ValueError(f"'written' is {written}, and there {_were(lines)}")
    return written


def _several(name: str, places: object) -> tuple[int, ...]:
    if isinstance(places, str | bytes | bytearray) or not isinstance(places, Iterable):
        raise TypeError(f"'{name}' is {shown(places)}: expected {_PLACES}")
    return tuple(places)


def _check_place(name: str, place: object, lines: int | None) -> None:
    if not _is_number(place):
        raise TypeError(f"'{name}' has {shown(place)}: expected {_PLACES}")
    assert isinstance(place, int), "that is a number"
    if place < 0 or (lines is not None and place >= lines):
        among = "" if lines is None else f", and there {_were(lines)}"
        expected = f"places of lines in the batch, from 0 to {lines - 1}" if lines else _PLACES
        raise ValueError(f"'{name}' has {place}{among}: expected {expected}")


def _check_once(named: Mapping[str, Collection[int]]) -> None:
    for (one, places), (other, others) in combinations(named.items(), 2):
        if both := sorted(place for place in others if place in places):
            raise ValueError(f"'{one}' and '{other}' both have {both[0]}: expected each line in one of them")


def _reasons(refused: Mapping[int, object]) -> dict[int, str]:
    for place, reason in refused.items():
        if not isinstance(reason, str):
            raise TypeError(f"the reason for line {place} in 'refused' is {shown(reason)}: expected a text")
    return {place: " ".join(str(reason).split()) for place, reason in refused.items()}


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _were(lines: int) -> str:
    return "were no lines" if not lines else "was 1 line" if lines == 1 else f"were {lines} lines"


def shown(value: object) -> str:
    """A value, if it is short, and of which type it is."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - theirs may be any
        return shown_type(value)
    if value is None:
        return text
    return shown_type(value) if len(text) > _SHORT else f"{text}, {shown_type(value)}"


def shown_type(value: object) -> str:
    """Of which type a value is, with an article."""
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
