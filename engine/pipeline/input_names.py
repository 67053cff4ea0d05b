"""What input files are called where rows say where their lines were first read, for good.

A path names another file after each rotation, and the number of a file is given away again when it is gone. So a
file gets a name of its own before its first line goes on: the microseconds of the wall clock. It is known again by
its number and by what it begins with, whoever reads it next and whatever it is called by then.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

from engine.machine import Program
from engine.pipeline.input_file import InputFile
from engine.storage.disk_port import parent
from engine.units import MICROSECOND

INPUT_NAMES_PATH = ".run/wparse.inputs"
_HEAD = 4096
_MOST = 1000  # files are remembered
_FILE_DIGITS = 20


class NamedInput(NamedTuple):
    """What is known of a file: its name, its number, and a checksum of so many bytes that it begins with."""

    name: int
    file: int
    size: int
    checksum: int


class InputNames:
    """Gives names to the inputs of one program, which nobody else reads at the same time.

    A name is written down before any line has it: after a kill the lines would come again under another one.
    """

    def __init__(self, program: Program) -> None:
        self._program = program
        self._known: list[NamedInput] | None = None  # not read yet
        self._named: dict[InputFile, str] = {}

    async def of(self, file: InputFile) -> str:
        """The name of a file of which lines are about to be handed on.

        Raises:
            OSError: it isn't known, or can't be written down.
        """
        if file not in self._named:
            self._named[file] = await self._found(file)
        return self._named[file]

    async def _found(self, file: InputFile) -> str:
        if self._known is None:
            self._known = await self._load()
        number = file.handle.number()
        for known in self._known:
            if known.file == number and not file.is_anew and await self._begins_as(file, known):
                return str(known.name)
        head = await file.handle.read(0, _HEAD)
        latest = max((known.name for known in self._known), default=0)
        name = max(self._program.machine.wall.now() // MICROSECOND, latest + 1)
        others = [known for known in self._known if known.file != number][-_MOST + 1 :]
        await self._write([*others, NamedInput(name, number, len(head), crc32(head))])
        return str(name)

    async def _begins_as(self, file: InputFile, known: NamedInput) -> bool:
        head = await file.handle.read(0, known.size)
        return len(head) == known.size and crc32(head) == known.checksum

    async def _load(self) -> list[NamedInput]:
        files, log = self._program.files, self._program.log
        if not files.exists(INPUT_NAMES_PATH):
            return []
        data = await files.read(INPUT_NAMES_PATH)
        try:
            return [NamedInput(*(int(each[name]) for name in NamedInput._fields)) for each in json.loads(data)]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            log.error("source", f"{INPUT_NAMES_PATH} can't be read: {error!r}; lines that come again are new ones")
            return []

    async def _write(self, known: Sequence[NamedInput]) -> None:
        files = self._program.files
        await files.mkdir(parent(INPUT_NAMES_PATH))
        shown = _written(known, shows=False) if files.traced else None  # numbers are others on each disk
        await files.replace(INPUT_NAMES_PATH, _written(known), shown)
        self._known = list(known)


def _written(known: Sequence[NamedInput], *, shows: bool = True) -> bytes:
    entries = [{**each._asdict(), "file": (str(each.file) if shows else "").zfill(_FILE_DIGITS)} for each in known]
    return json.dumps(entries).encode() + b"\n"
