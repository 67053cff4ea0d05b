"""Which states are equal: equal books on equal disks are explored once."""

from __future__ import annotations

from hashlib import blake2b

from wptest.explore.crashes.crash_state import Owed

# A hash of a disk and its books that takes the place of both: of a million, they would fill gigabytes. That two
# different ones have the same has a chance of 1 in 2**64. It is only good within one process.
Key = int
Books = tuple[bytes, bytes, int]

_MOST = 16


class OwedKeys:
    """Hashes of books that are the same for equal ones, in any process.

    Books are never changed, and the same ones come again and again: their hashes are kept by identity.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Owed, bytes]] = {}  # the books too, so that nothing else gets their identity

    def __call__(self, owed: Owed) -> bytes:
        """The hash of books."""
        known = self._known.get(id(owed))
        if known is None:
            if len(self._known) == _MOST:
                self._known.clear()
            entries = sorted((target, sorted(lines.items())) for target, lines in owed.items())
            known = owed, blake2b(repr(entries).encode(), digest_size=16).digest()
            self._known[id(owed)] = known
        return known[1]
