"""Which books are equal: equal ones on equal disks are explored once."""

from __future__ import annotations

from functools import lru_cache

from wptest.explore.state import Owed


def owed_key(owed: Owed) -> object:
    """Equal for equal books, within one process."""
    return _key(_ById(owed))


class _ById:
    """Books by their identity: they are never changed, and the same ones come again and again."""

    __slots__ = ("owed",)

    def __init__(self, owed: Owed) -> None:
        self.owed = owed

    def __hash__(self) -> int:
        return id(self.owed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ById) and self.owed is other.owed


@lru_cache(maxsize=64)
def _key(books: _ById) -> object:
    return frozenset((target, frozenset(lines.items())) for target, lines in books.owed.items())
