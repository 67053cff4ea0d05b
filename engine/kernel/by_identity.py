"""Work that is done once for each of some things that are never changed, and too large to be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

_K = TypeVar("_K")
_V = TypeVar("_V")

_MOST = 16


class ByIdentity(Generic[_K, _V]):
    """A function that remembers what it made of the last things that it was called with, by their identity.

    Args:
        function: makes the same of the same thing, always.
        most: how many things it remembers.
    """

    def __init__(self, function: Callable[[_K], _V], most: int = _MOST) -> None:
        self._function = function
        self._most = most
        self._known: dict[int, tuple[_K, _V]] = {}  # the things too, so that nothing else gets their identity

    def __call__(self, thing: _K) -> _V:
        """What the function makes of it."""
        known = self._known.get(id(thing))
        if known is None:
            if len(self._known) == self._most:
                self._known.clear()
            known = self._known[id(thing)] = thing, self._function(thing)
        return known[1]
