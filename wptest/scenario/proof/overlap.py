"""Whether two patterns can match the same text: what a scenario looks for, and what there can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

_DIGITS = "0123456789"


class Part(NamedTuple):
    """One character, or (`many`) any number of them: one of `chars`, any where that is empty; `flat` is no `/`."""

    chars: str = ""
    many: bool = False
    flat: bool = False


Parts = tuple[Part, ...]

ANY = Part(many=True)
_DIGIT = Part(_DIGITS)
NUMBER: Parts = (_DIGIT, Part(_DIGITS, many=True))


def literal(text: str) -> Parts:
    """A text as it is."""
    return tuple(map(Part, text))


def _times() -> Iterator[Parts]:
    """All times as the names of rescue files have them, like `2025-10-04_01:59:24`."""
    months = ((Part("0"), Part("123456789")), (Part("1"), Part("012")))
    days = ((Part("0"), Part("123456789")), (Part("12"), _DIGIT), (Part("3"), Part("01")))
    hours = ((Part("01"), _DIGIT), (Part("2"), Part("0123")))
    year, sixty = (_DIGIT,) * 4, (Part("012345"), _DIGIT)
    dash, colon = Part("-"), Part(":")
    for month, day, hour in product(months, days, hours):
        yield (*year, dash, *month, dash, *day, Part("_"), *hour, colon, *sixty, colon, *sixty)


TIMES: tuple[Parts, ...] = tuple(_times())
LIKE_A_TIME: Parts = tuple(Part(_DIGITS if letter == "0" else letter) for letter in "0000-00-00_00:00:00")


@lru_cache(maxsize=1024)
def text_parts(pattern: str) -> Parts:
    """A pattern in which `*` is any text and `?` is any character."""
    return tuple({"*": ANY, "?": Part()}.get(letter, Part(letter)) for letter in pattern)


@lru_cache(maxsize=512)
def path_parts(pattern: str) -> tuple[Parts, ...]:
    """A pattern of paths, where `*` and `?` stay within one part and `**` doesn't: its alternatives."""
    head, found, tail = pattern.partition("**")
    before = tuple({"*": Part(many=True, flat=True), "?": Part(flat=True)}.get(each, Part(each)) for each in head)
    if not found:
        return (before,)
    if not tail.startswith("/"):
        return tuple((*before, ANY, *after) for after in path_parts(tail))
    rests = path_parts(tail[1:])
    return tuple((*before, *between, *after) for between in ((), (ANY, Part("/"))) for after in rests)


def overlap(one: Parts, other: Parts) -> bool:
    """Whether there is a text that both match as a whole."""
    reached, seen = [(0, 0)], {(0, 0)}
    while reached:
        at, there = reached.pop()
        if at == len(one) and there == len(other):
            return True
        for step in _steps(one, other, at, there):
            if step not in seen:
                seen.add(step)
                reached.append(step)
    return False


def _steps(one: Sequence[Part], other: Sequence[Part], at: int, there: int) -> list[tuple[int, int]]:
    found = []
    left = one[at] if at < len(one) else None
    right = other[there] if there < len(other) else None
    if left is not None and left.many:
        found.append((at + 1, there))
    if right is not None and right.many:
        found.append((at, there + 1))
    if left is not None and right is not None and _share(left, right):
        found.append((at if left.many else at + 1, there if right.many else there + 1))
    return found


def _share(one: Part, other: Part) -> bool:
    """Whether there is a character that both can be."""
    for this, that in ((one, other), (other, one)):
        if this.chars and not that.chars:
            return not that.flat or this.chars != "/"
    return not one.chars or any(char in other.chars for char in one.chars)
