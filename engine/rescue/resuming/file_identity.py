"""Places in rescue files, and what tells one file from another that has, or had, its name.

A name proves nothing: an operator may change, rename or replace a rescue file that is half replayed. What is known
of the part that has been dealt with is what counts, so an identity is a checksum of all bytes before the position.
It goes along with the reading, and costs one pass over what is read anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from zlib import crc32

from engine.behaviour import Behaviour
from engine.storage.chunks import CHUNK
from engine.storage.files import Handle

_HEAD = 1024
_DIGITS = 8  # of a checksum; the identities of older versions, and of a behaviour, have more


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a rescue file: how many of its lines, and how many bytes, come before it, and their checksum."""

    lines: int = 0
    offset: int = 0
    checksum: int = 0

    def behind(self, data: bytes | memoryview, lines: int) -> Position:
        """The place after so many more lines, which are these bytes."""
        return Position(self.lines + lines, self.offset + len(data), crc32(data, self.checksum))


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
    checksum = await _checksum(handle, offset)
    return Position(lines, offset, checksum) if by_name or digits == f"{checksum:0{_DIGITS}x}" else None


async def _checksum(handle: Handle, size: int) -> int:
    """The checksum of a file's first bytes."""
    checksum = done = 0
    while done < size:
        data = await handle.read(done, min(CHUNK, size - done))
        if not data:
            break
        done += len(data)
        checksum = crc32(data, checksum)
    return checksum
