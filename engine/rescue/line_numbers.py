"""The checkpoint of public versions: how many lines of each rescue file went on their way, whenever (D1, D14).

It is an object of JSON: numbers of lines by the absolute paths of files. A number goes on from the one that an
earlier run has left, whatever was sent twice since, and the last one of a file that is done with stays.
"""

from __future__ import annotations

import json
from typing import Any

from engine.machine import Program
from engine.rescue.checkpoint import CheckpointError, checkpoint_path, write_checkpoint


class LineNumbers:
    """The numbers in memory, and on their way to disk."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._path = checkpoint_path(program)
        self._numbers: dict[str, int] = {}

    async def load(self) -> None:
        """Read what an earlier run left; a file that can't be read is none.

        Raises:
            CheckpointError: there is one, and something else is in it.
        """
        try:
            data = await self._program.files.read(self._path)
        except OSError:
            return
        self._numbers = _parsed(data)

    def lines(self, path: str) -> int:
        """How many lines of a file an earlier run has sent."""
        return self._numbers.get(self._key(path), 0)

    def add(self, path: str, lines: int) -> None:
        """Count lines of a file, in memory."""
        self._numbers[self._key(path)] = self.lines(path) + lines

    def drop(self, path: str) -> None:
        """Forget a file that is done with, in memory: on disk it stays until the next `save`."""
        self._numbers.pop(self._key(path), None)

    async def save(self) -> None:
        """Write the numbers.

        Raises:
            OSError: they can't be written.
        """
        await write_checkpoint(self._program, json.dumps(self._numbers, separators=(",", ":")).encode())
        self._program.emit("checkpoint.saved", path=self._path, entries=len(self._numbers))

    def _key(self, path: str) -> str:
        return f"{self._program.machine.work_root}/{path}"


def _parsed(data: bytes) -> dict[str, int]:
    try:
        numbers: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(str(error)) from error
    if not isinstance(numbers, dict) or not all(type(each) is int and each >= 0 for each in numbers.values()):
        raise CheckpointError("it is no object of numbers")
    return numbers
