"""Places in rescue files, and what tells one file from another that has, or had, its name.

A name proves nothing: an operator may change, rename or replace a rescue file that is half replayed. What is known
of the part that has been dealt with is what counts, so an identity is a checksum of the bytes before the position:
of all in the first MiB of a file, and of the first 4 KiB of each 64 KiB behind that. So it goes along with the
reading and costs next to nothing. What is put in or taken out shifts all that follows, and shows anywhere.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple
from zlib import crc32

from engine.behaviour import Behaviour
from engine.storage.chunks import CHUNK
from engine.storage.files import Handle

_HEAD = 1024
_WHOLE = 1 << 20
_STEP, _PART = 1 << 16, 1 << 12
_DIGITS = 8  # of a checksum; the identities of older versions, and of a behaviour, have more


class Position(NamedTuple):
    """A place in a rescue file: how many of its lines, and how many bytes, come before it, and their checksum."""

    lines: int = 0
    offset: int = 0
    checksum: int = 0

    def behind(self, data: bytes | memoryview, lines: int) -> Position:
        """The place after so many more lines, which are these bytes."""
        end = self.offset + len(data)
        checksum = self.checksum
        for start, stop in _looked_at(self.offset, end):
            checksum = crc32(data[start - self.offset : stop - self.offset], checksum)
        return Position(self.lines + lines, end, checksum)


def _looked_at(start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a file's bytes from `start` to `end` that go into a checksum."""
    parts = []
    if start < _WHOLE:
        parts.append((start, min(end, _WHOLE)))
        start = _WHOLE
    for step in range(start - start % _STEP, end, _STEP):
        first, last = max(step, start), min(step + _PART, end)
        if first < last:
            parts.append((first, last))
    return parts


def identity_of(size: int, position: Position) -> str:
    """What is known of a file of this size whose lines have been dealt with up to a position."""
    return f"{size}-{position.checksum:0{_DIGITS}x}"


def identity_of_head(size: int, head: bytes) -> str:
    """What a weaker identity has: the size, and the first KiB."""
    return f"{size}-{sha256(head[:_HEAD]).hexdigest()[:16]}"


async def written_identity(behaviour: Behaviour, handle: Handle, position: Position) -> str:
    """The identity to write down with a position.

    Raises:
        OSError: the file can't be read.
    """
    if behaviour.checkpoint_identity == "head":
        return identity_of_head(handle.size(), await handle.read(0, _HEAD))
    return identity_of(handle.size(), position)


async def place_in(behaviour: Behaviour, handle: Handle, lines: int, offset: int, identity: str) -> Position | None:
    """The position that was written down, if the file is the one that it was written down for; else None.

    Raises:
        OSError: the file can't be read.
    """
    _, _, digits = identity.rpartition("-")
    by_name = behaviour.checkpoint_identity == "name"
    if not by_name and len(digits) > _DIGITS:
        if identity != identity_of_head(handle.size(), await handle.read(0, _HEAD)):
            return None
        by_name = True
    if offset > handle.size():
        return None
    checksum = await checksum_of(handle, offset)
    return Position(lines, offset, checksum) if by_name or digits == f"{checksum:0{_DIGITS}x}" else None


async def checksum_of(handle: Handle, size: int) -> int:
    """The checksum of a file's first bytes.

    Raises:
        OSError: the file can't be read.
    """
    checksum = 0
    for start, stop in _looked_at(0, size):
        for place in range(start, stop, CHUNK):
            checksum = crc32(await handle.read(place, min(CHUNK, stop - place)), checksum)
    return checksum
