"""How far `wparse` has come with its input, kept durably for a project that asks for it (D36).

The real one has no such thing, and reads its input from the start whenever it is started. What is kept here is only
what is done with: a mark goes through every sink group behind the lines, and the position is written when all of
them have made durable what came before it. So after a kill or a power loss nothing is missing, and what comes twice
was read behind the last position. A file is known by its number and by a checksum of what was read of it: another
one under its name, or one that was cut and has grown again, is not gone on with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Self

from engine.machine import Program
from engine.pipeline.input_file import InputFile
from engine.pipeline.mark import Mark
from engine.pipeline.pipeline import Pipeline
from engine.rescue.resuming.file_identity import Position, checksum_of
from engine.storage.disk_port import parent
from engine.storage.files import Handle
from engine.units import SECOND

POSITION_PATH = ".run/wparse.position"
_INTERVAL = SECOND
_NUMBERS = ("lines", "offset", "checksum")
_FILE_DIGITS = 20
LINES_BETWEEN = 10_000  # are read before the next one is written, however little time goes by


@dataclass(frozen=True, slots=True)
class KeptPosition:
    """A place in an input file.

    Attributes:
        file: its number on the disk.
        lines: how many of its lines, and `offset`: how many bytes come before.
        checksum: of these bytes.
        stopped: it was written at a graceful stop, and nothing was read behind it.
    """

    file: int
    lines: int
    offset: int
    checksum: int
    stopped: bool

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what was written.

        Raises:
            ValueError: it is none.
        """
        try:
            values: dict[str, object] = json.loads(data)
            file, stopped = str(values["file"]), values["stopped"]
            lines, offset, checksum = numbers = [values[name] for name in _NUMBERS]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ValueError("it is no position as wparse writes one") from error
        if (
            type(stopped) is not bool
            or not file.isdecimal()
            or not all(type(each) is int and each >= 0 for each in numbers)
        ):
            raise ValueError("a value has the wrong type or is negative")
        return cls(int(file), int(str(lines)), int(str(offset)), int(str(checksum)), stopped)

    def written(self, file: str) -> bytes:
        """How it is written, with the number of the file as this text; all of the same length."""
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        return json.dumps({"file": file.zfill(_FILE_DIGITS), **numbers, "stopped": self.stopped}).encode() + b"\n"

    async def place_in(self, handle: Handle) -> Position | None:
        """The place in a file, if it is the one, and begins with what was read of it; else None.

        Raises:
            OSError: the file can't be read.
        """
        if handle.number() != self.file or handle.size() < self.offset:
            return None
        checksum = await checksum_of(handle, self.offset)
        return Position(self.lines, self.offset, checksum) if checksum == self.checksum else None


async def load_position(program: Program) -> KeptPosition | None:
    """What an earlier run has kept; None, told in the log, where it is no position.

    Raises:
        OSError: it can't be read, so that it is not known yet.
    """
    if not program.files.exists(POSITION_PATH):
        return None
    data = await program.files.read(POSITION_PATH)
    try:
        return KeptPosition.parse(data)
    except ValueError as error:
        program.log.error("source", f"{POSITION_PATH} can't be read: {error}; the input is read from its start")
        return None


class PositionKeeper:
    """Writes positions as an input is read: once a second while there is something new, and at the end.

    One that can't be written is told and let be, but for the first: the next one comes with the next lines.
    """

    def __init__(self, program: Program, pipeline: Pipeline) -> None:
        self._program = program
        self._pipeline = pipeline
        self._reached: tuple[int, Position] | None = None  # the file's number, and the place in it
        self._marked: tuple[int, Position] | None = None
        self._since = program.now
        self._unmarked = 0
        self._pending = False

    async def begin(self, file: InputFile) -> bool:
        """Say which file is read, before any of it is: it may be renamed before the first position comes.

        False where that can't be written: after a kill, nobody would know where its lines were.
        """
        return bool(file.place.offset) or await self._write(file.handle.number(), file.place, stopped=False)

    async def handed_on(self, file: int, place: Position, lines: int) -> None:
        """All lines of a file up to a place are in the pipeline, so many more than before."""
        self._reached = (file, place)
        self._unmarked += lines
        if self._program.behaviour.source_position == "what_was_read":
            await self._write(file, place, stopped=False)
            return
        await self.look()

    async def look(self) -> None:
        """Have a position written if it is time."""
        due = self._program.now - self._since >= _INTERVAL or self._unmarked >= LINES_BETWEEN
        if due and not self._pending and self._reached != self._marked:
            await self._mark(stopped=False)

    async def at_the_end(self) -> None:
        """Nothing more is read: the last position is written when the pipeline has been drained."""
        if self._reached is not None:
            await self._mark(stopped=True)

    async def _mark(self, *, stopped: bool) -> None:
        assert self._reached is not None, "there is nothing to go on behind"
        file, place = self._marked = self._reached
        self._since, self._unmarked, self._pending = self._program.now, 0, True

        async def write() -> None:
            await self._write(file, place, stopped=stopped)

        def over() -> None:
            self._pending = False

        await self._pipeline.mark(Mark(write, over))

    async def _write(self, file: int, place: Position, *, stopped: bool) -> bool:
        kept = KeptPosition(file, place.lines, place.offset, place.checksum, stopped)
        files = self._program.files
        shown = kept.written("") if files.traced else None  # the number is another on each disk
        try:
            await files.mkdir(parent(POSITION_PATH))
            await files.replace(POSITION_PATH, kept.written(str(file)), shown)
        except OSError as error:
            self._program.log.error("source", f"{POSITION_PATH} can't be written: {error.strerror}")
            return False
        self._program.emit("source.position_saved", path=self._program.project.source.path, lines=place.lines)
        return True
