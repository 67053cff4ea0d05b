"""Which of many troubles to try, where not all can be: the first ones of their kind, and the rest evenly spread."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from wptest.explore.spreading import spread

Signature = tuple[object, ...]


def telling(signatures: Sequence[Signature], most: int, turn: int) -> Sequence[int]:
    """At most so many places in a list, in order: all of them where that is enough.

    Two thirds go to those that come first of their signature, then to the second ones, and so on: an operation that
    is done once tells more than the hundredth like it. The others are spread evenly. In each turn it is other ones.
    """
    if len(signatures) <= most:
        return range(len(signatures))
    chosen = set[int]()
    for places in _by_occurrence(signatures):
        room = most - most // 3 - len(chosen)
        chosen.update(places[number] for number in spread(len(places), room, turn))
    left = [place for place in range(len(signatures)) if place not in chosen]
    chosen.update(left[number] for number in spread(len(left), most - len(chosen), turn))
    return sorted(chosen)


def _by_occurrence(signatures: Sequence[Signature]) -> list[list[int]]:
    """The places of those that come for the first time, for the second, and so on."""
    seen, places = Counter[Signature](), defaultdict[int, list[int]](list)
    for place, signature in enumerate(signatures):
        places[seen[signature]].append(place)
        seen[signature] += 1
    return [places[times] for times in sorted(places)]
