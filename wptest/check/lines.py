"""Lines as the ledger counts them: by their bytes, equal ones by number.

Counter's own operators go line by line in Python. Lines are nearly always different, and for such the same comes
out of plain dictionaries several times faster, which is what a soak test over a million lines waits for.
"""

from __future__ import annotations

from collections import Counter

Lines = Counter[bytes]


def split_lines(data: bytes) -> list[bytes]:
    """A file's lines; a last one without an end counts."""
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines


def same(one: Lines, other: Lines) -> bool:
    """Whether both have the same lines equally often; neither has counts of zero."""
    return dict.__eq__(one, other)


def minus(one: Lines, other: Lines) -> Lines:
    """The lines of `one` that `other` doesn't have, in the order of `one`."""
    if one.total() == len(one):
        return Counter(dict.fromkeys([line for line in one if line not in other], 1))
    return one - other


def both(one: Lines, other: Lines) -> Lines:
    """The lines that both have, in the order of `one`."""
    if one.total() == len(one):
        return Counter(dict.fromkeys([line for line in one if line in other], 1))
    return one & other
