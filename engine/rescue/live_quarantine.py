"""The quarantine of a running program: lines that a sink has refused before they were in any rescue file."""

from __future__ import annotations

import json

from engine.machine import Program
from engine.rescue.name import RescueName, time_text
from engine.rescue.quarantine import quarantine_path
from engine.rescue.writer import RescueFailed
from engine.sinks import Refused
from engine.storage.line_file import LineFile, LinesFailed


class LiveQuarantine:
    """What one sink refuses, kept for somebody to look at: one JSON object a line.

    The file is named like the quarantine of a rescue file that is made when the first line is refused, and may be
    that of one: entries of rescue files say which of their lines they are, these say whose they are.
    """

    def __init__(self, program: Program, sink: str) -> None:
        self._program = program
        self._sink = sink
        self._file: LineFile | None = None

    async def add(self, refused: list[Refused]) -> None:
        """Keep lines durably. What is in the file is taken out of the list.

        Raises:
            RescueFailed: they can't be kept; it can be called again with what is left, which may be none.
        """
        if self._file is None:
            self._file = LineFile(self._program.files, self._path())
        try:
            if refused:
                await self._append(self._file, refused)
            await self._file.sync()
        except (OSError, LinesFailed) as error:
            raise RescueFailed(str(error)) from error

    async def _append(self, file: LineFile, refused: list[Refused]) -> None:
        written = 0
        try:
            await file.append([self._entry(each) for each in refused])
            written = len(refused)
        except LinesFailed as error:
            written = error.written
            raise
        finally:
            for each in refused[:written]:
                self._program.emit("line.quarantined", path=file.path, sink=self._sink, reason=each.reason)
                message = f"{self._sink} refuses a line: {each.reason}: quarantined in {file.path}"
                self._program.log.error("data", message)
            del refused[:written]

    def _entry(self, refused: Refused) -> bytes:
        entry = {"sink": self._sink, "latin1": refused.line.decode("latin-1"), "reason": refused.reason}
        return json.dumps(entry).encode()

    def _path(self) -> str:
        name = RescueName(time_text(self._program.machine.wall.utc()), 0, self._sink)
        return quarantine_path(f"{self._program.project.rescue_root}/{name.text}")
