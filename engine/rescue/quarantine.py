"""Lines that can't be decoded, kept for somebody to look at: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable

from engine.machine import Program
from engine.storage.disk_port import Disk, read_all
from engine.storage.line_file import LineFile

SUFFIX = ".quarantine"


def quarantine_path(rescue_file: str) -> str:
    """Where a rescue file's bad lines go: beside it, under a name that recovery doesn't scan."""
    return rescue_file.removesuffix(".dat") + SUFFIX


def quarantined_lines(disk: Disk, path: str) -> list[tuple[int, bytes]]:
    """What a quarantine file holds: line numbers in the rescue file, and the bytes; a torn line is left out."""
    found = []
    for line in read_all(disk, path).split(b"\n"):
        try:
            entry = json.loads(line)
            found.append((int(entry["line"]), str(entry["latin1"]).encode("latin-1")))
        except (ValueError, TypeError, KeyError):
            continue
    return found


class Quarantine:
    """The bad lines of one rescue file; writing one again, after a crash, changes nothing."""

    def __init__(self, program: Program, rescue_file: str) -> None:
        self._program = program
        self._rescue_file = rescue_file
        self._file: LineFile | None = None
        self._known: set[tuple[int, bytes]] = set()

    async def add(self, lines: Iterable[tuple[int, bytes]]) -> None:
        """Keep lines, given with their numbers in the rescue file, durably.

        Raises:
            LinesFailed, OSError: they can't be kept, so the rescue file must stay.
        """
        if self._file is None:
            path = quarantine_path(self._rescue_file)
            if self._program.behaviour.quarantine == "once":
                self._known = set(quarantined_lines(self._program.files.disk, path))
            self._file = LineFile(self._program.files, path)
        new = [(number, line) for number, line in lines if (number, line) not in self._known]
        if new:
            await self._file.append([self._entry(number, line) for number, line in new])
        await self._file.opened()
        await self._file.sync()
        self._known.update(new)
        for number, _ in new:
            self._program.emit("line.quarantined", path=self._rescue_file, line=number)
            self._program.log.error("recover", f"line {number} of {self._rescue_file} is not text: quarantined")

    def _entry(self, number: int, line: bytes) -> bytes:
        entry: dict[str, str | int] = {"file": self._rescue_file, "line": number, "latin1": line.decode("latin-1")}
        return json.dumps(entry).encode()
