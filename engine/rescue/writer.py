"""Writes a sink's lines to a rescue file while the sink is down (facts section 1.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import repeat

from engine.machine import Program
from engine.machine.records import added_to, as_text, first_place
from engine.project.model import SinkConf
from engine.project.routing import parsing_rule
from engine.rescue.entries import record_entry
from engine.rescue.name import LOCK, RescueName, logged_path, time_text
from engine.rescue.placed_lines import placed_entry, wants_places
from engine.storage.disk_port import parent
from engine.storage.line_file import LineFile, LinesFailed

FLUSH_LINES = 100


class RescueFailed(Exception):
    """The rescue file can't be made, written or released; the lines are still in the writer's hands."""


class RescueWriter:
    """One rescue file from `.dat.lock` to `.dat`.

    Lines reach the file at every 100th of them and at release; a kill loses those in between, at most 99. The
    file is locked while its writer lives, which is how `wproj rescue unlock` knows that a writer is dead.
    """

    def __init__(self, program: Program, sink: str, path: str, file: LineFile) -> None:
        self.path = path
        self.lines = 0
        self.last_line: bytes | None = None
        self._program = program
        self._behaviour = program.behaviour
        self._sink = sink
        self._file = file
        self._buffer: list[bytes] = []
        self._renamed = False
        self._wants_places = wants_places(program.project, sink, program.behaviour)

    @classmethod
    async def create(cls, program: Program, sink: str) -> RescueWriter:
        """Make the `.dat.lock` of an outage that begins now.

        The name has the wall time in it, to the second; a second outage in that second gets a number, and never
        touches the first's file (D12).

        Raises:
            RescueFailed: the file can't be made.
        """
        named, time = _whose_and_when(program, sink)
        if program.behaviour.rescue_name_form == "group_and_number":
            path, file = await cls._numbered(program, named, time)
        else:
            path, file = await cls._first_free(program, named.id, time)
        program.emit("rescue.created", sink=sink, path=path + LOCK)
        program.log.info("ctrl", f"crate out file use async mode {logged_path(path)}{LOCK}")
        return cls(program, sink, path, file)

    @staticmethod
    async def _numbered(program: Program, sink: SinkConf, time: str) -> tuple[str, LineFile]:
        """The next number of the process; a file of that name is somebody else's, and is added to."""
        name = RescueName(time, program.next_rescue_file(), sink.full_name)
        path = f"{program.project.rescue_root}/{name.numbered}"
        careless = program.behaviour.unwritten_rescue_file == "swap_again"
        file = LineFile(program.files, path + LOCK, careless=careless)
        try:
            await file.opened()
        except OSError as error:
            raise RescueFailed(f"{error.strerror} ({file.path})") from error
        return path, file

    @classmethod
    async def _first_free(cls, program: Program, sink: str, time: str) -> tuple[str, LineFile]:
        """The first number that no file of this second has."""
        number = 0
        while True:
            path = f"{program.project.rescue_root}/{RescueName(time, number, sink).text}"
            overwrite = program.behaviour.rescue_name_clash == "overwrite"
            if overwrite or not program.files.exists(path):
                held = program.behaviour.rescue_lock == "held"
                file = LineFile(program.files, path + LOCK, exclusive=not overwrite, lock=held)
                if await cls._is_ours(program, file):
                    return path, file
            number += 1

    @staticmethod
    async def _is_ours(program: Program, file: LineFile) -> bool:
        """Make and lock the file; False when it is somebody else's, or was adopted before it was locked."""
        try:
            await file.opened()
        except (FileExistsError, BlockingIOError):
            return False
        except OSError as error:
            raise RescueFailed(f"{error.strerror} ({file.path})") from error
        if program.files.exists(file.path):
            return True
        file.close()
        return False

    @property
    def unwritten(self) -> Sequence[bytes]:
        """The lines that are in memory only."""
        return self._buffer

    @property
    def overdue(self) -> bool:
        """Whether lines are in memory that should be in the file by now."""
        return len(self._buffer) >= FLUSH_LINES and self._behaviour.rescue_flush == "every_hundred"

    def add(self, lines: Sequence[bytes]) -> None:
        """Take lines into memory; `flush_due` brings them to the file."""
        if self._behaviour.rescued_bytes == "lossy_text":
            lines = list(map(as_text, lines))
        self.lines += len(lines)
        self.last_line = lines[-1]
        self._buffer += lines

    async def flush_due(self) -> None:
        """Write up to the last full hundred of the file's lines; where lines are gathered, the next hundred alone.

        Raises:
            RescueFailed: the lines that weren't written are still in memory.
        """
        due = len(self._buffer) - self.lines % FLUSH_LINES
        if self._behaviour.sink_batches == "gathered":
            due = min(due, FLUSH_LINES)
        if due > 0 and self._behaviour.rescue_flush == "every_hundred":
            await self._flush(due)

    async def secure(self) -> None:
        """Write what is left and make it durable; the file goes on.

        Raises:
            RescueFailed: it can be called again.
        """
        await self._flush(len(self._buffer))
        try:
            await self._file.sync()
        except OSError as error:
            raise RescueFailed(f"{error.strerror} ({self._file.path})") from error

    async def release(self) -> None:
        """Write what is left, make it durable, and take `.lock` off the name, so that recovery sees the file.

        Raises:
            RescueFailed: it can be called again.
        """
        how = self._behaviour.rescue_release
        if how == "without_last_lines":
            self._buffer.clear()
        try:
            if how == "renamed_before_written":
                await self._unlock_name()
            await self._flush(len(self._buffer))
            if how not in ("not_synced", "file_not_synced") and not self._renamed:
                await self._file.sync()
            await self._unlock_name()
            if how not in ("not_synced", "name_not_synced"):
                await self._program.files.sync_dir(parent(self.path))
        except OSError as error:
            raise RescueFailed(f"unlock rescue file on stop failed: {error.strerror} ({self.path})") from error
        self._file.close()
        self._program.emit("rescue.released", sink=self._sink, path=self.path, lines=self.lines)

    async def _unlock_name(self) -> None:
        if not self._renamed:
            try:
                await self._program.files.rename(self.path + LOCK, self.path)
            except FileNotFoundError as error:
                if self._behaviour.rescue_name_form == "short":
                    raise
                # Another process has taken this name too, and has released the file that both have added to.
                self._program.log.error(
                    "data", f"unlock rescue file on stop failed: {error.strerror} ({self.path})"
                )
            self._renamed = True

    def take_back(self) -> Sequence[bytes]:
        """Take the lines out that are in memory only: somebody else brings them home."""
        lines, self._buffer = self._buffer, []
        self.lines -= len(lines)
        return lines

    async def _flush(self, lines: int) -> None:
        if not lines:
            return
        try:
            await self._file.append(self._written(self._buffer[:lines]))
        except LinesFailed as error:
            del self._buffer[: error.written]
            raise RescueFailed(str(error)) from error
        del self._buffer[:lines]

    def _written(self, lines: Sequence[bytes]) -> Sequence[bytes]:
        """Lines as they stand in the file."""
        project = self._program.project
        conf, rules = project.sink(self._sink), project.rules_of(self._sink)
        is_placed = self._wants_places and self._behaviour.rescued_place == "kept"
        if self._behaviour.rescue_lines == "as_they_are":
            return list(map(placed_entry, lines)) if is_placed else lines
        added = added_to(self._program, lines) if conf is not None and conf.whole else repeat(None)
        return [
            record_entry(
                line,
                more,
                parsing_rule(line.decode(errors="replace"), rules),
                first_place(line) if is_placed else "",
            )
            for line, more in zip(lines, added, strict=False)
        ]


def _whose_and_when(program: Program, sink: str) -> tuple[SinkConf, str]:
    """What a file of a sink that fails now is named after."""
    moment = program.machine.wall.utc()
    sinks = program.project.sinks
    place = next(place for place, each in enumerate(sinks) if each.id == sink)
    match program.behaviour.rescue_file_name:
        case "next_sink":
            place = (place + 1) % len(sinks)
        case "zone_time":
            moment += timedelta(hours=8)
        case "start_time":
            moment -= timedelta(microseconds=program.now // 1000)
        case "sink_and_time":
            pass
    return sinks[place], time_text(moment)
