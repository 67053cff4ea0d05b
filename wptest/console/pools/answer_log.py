"""A file of answers that is only ever added to: of each its number, its length, a digest, and itself, pickled.

An answer is durable when it has been added. What a kill or a power loss has torn is at the end, and is cut off.
"""

from __future__ import annotations

import os
import pickle
import struct
from hashlib import blake2b
from pathlib import Path
from typing import Any

_HEAD = struct.Struct(">QQ16s")


class AnswerLog:
    """The answers of a file, by their numbers; only where they are is kept in memory.

    Raises:
        OSError: the file can't be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
        self._places: dict[int, tuple[int, int]] = {}
        whole = 0
        while place := self._whole_one():
            whole = place
        self._file.truncate(whole)
        self._file.seek(whole)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, number: int) -> bool:
        return number in self._places

    def __getitem__(self, number: int) -> Any:
        begin, length = self._places[number]
        self._file.seek(begin)
        record = self._file.read(length)
        self._file.seek(0, os.SEEK_END)
        return pickle.loads(record)  # noqa: S301 - what we have written, as the digest says

    def add(self, number: int, answer: object) -> None:
        """Add an answer, durably."""
        record = pickle.dumps(answer)
        self._file.write(_HEAD.pack(number, len(record), _digest(number, record)))
        self._places[number] = self._file.tell(), len(record)
        self._file.write(record)
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """No more will come."""
        self._file.close()

    def _whole_one(self) -> int:
        """Read one more; where it ends, or 0 if it isn't whole."""
        head = self._file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return 0
        number, length, digest = _HEAD.unpack(head)
        begin = self._file.tell()
        if length > os.fstat(self._file.fileno()).st_size - begin:
            return 0
        if _digest(number, self._file.read(length)) != digest:
            return 0
        self._places[number] = begin, length
        return begin + int(length)


def _digest(number: int, record: bytes) -> bytes:
    return blake2b(b"%d:%b" % (number, record), digest_size=16).digest()
