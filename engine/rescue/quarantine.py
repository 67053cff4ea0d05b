"""Lines that can't be decoded, or that a sink refuses, kept for somebody to look at: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

from engine.kernel import Turns
from engine.machine import Program
from engine.storage.disk_port import Disk, read_all
from engine.storage.line_file import LineFile

SUFFIX = ".quarantine"


def quarantine_path(rescue_file: str) -> str:
    """Where a rescue file's bad lines go: beside it, under a name that recovery doesn't scan."""
    return rescue_file.removesuffix(".dat") + SUFFIX


def quarantined_lines(disk: Disk, path: str) -> list[tuple[int, bytes]]:
    """What a quarantine file holds: line numbers in the rescue file, and the bytes; a torn line is left out."""
    return [(number, line) for number, line, _ in _entries(disk, path)]


def refused_lines(disk: Disk, path: str) -> set[tuple[int, bytes]]:
    """Those of them that their sink has refused."""
    return {(number, line) for number, line, reason in _entries(disk, path) if reason}


def _entries(disk: Disk, path: str) -> Iterator[tuple[int, bytes, str]]:
    for line in read_all(disk, path).split(b"\n"):
        try:
            entry = json.loads(line)
            yield int(entry["line"]), str(entry["latin1"]).encode("latin-1"), str(entry.get("reason", ""))
        except (ValueError, TypeError, KeyError, AttributeError):
            continue


class Quarantine:
    """The bad lines of one rescue file; writing one again, after a crash, changes nothing."""

    def __init__(self, program: Program, rescue_file: str) -> None:
        self._program = program
        self._rescue_file = rescue_file
        self._file: LineFile | None = None
        self._turns = Turns(program.machine.scheduler)
        self._known: set[tuple[int, bytes]] = set()

    @property
    def refused(self) -> Collection[tuple[int, bytes]]:
        """The lines that earlier runs have put there since the sink refused them: it would refuse them again."""
        return refused_lines(self._program.files.disk, quarantine_path(self._rescue_file))

    async def add(
        self, lines: Iterable[tuple[int, bytes]], reasons: Mapping[int, str] = MappingProxyType({})
    ) -> None:
        """Keep lines, given with their numbers in the rescue file, durably.

        Those that the sink refuses have reasons, by these numbers; the others are not text.

        Raises:
            LinesFailed, OSError: they can't be kept, so the rescue file must stay.
        """
        async with self._turns:  # who reads the file adds what is not text, who delivers it what is refused
            await self._add(lines, reasons)

    async def _add(self, lines: Iterable[tuple[int, bytes]], reasons: Mapping[int, str]) -> None:
        if self._file is None:
            path = quarantine_path(self._rescue_file)
            if self._program.behaviour.quarantine == "once":
                self._known = set(quarantined_lines(self._program.files.disk, path))
            self._file = LineFile(self._program.files, path)
        new = [(number, line) for number, line in lines if (number, line) not in self._known]
        if new:
            await self._file.append([self._entry(number, line, reasons.get(number, "")) for number, line in new])
        await self._file.opened()
        await self._file.sync()
        self._known.update(new)
        for number, _ in new:
            why = {"reason": reasons[number]} if number in reasons else {}
            self._program.emit("line.quarantined", path=self._rescue_file, line=number, **why)
            trouble = f"is refused: {reasons[number]}" if number in reasons else "is not text"
            self._program.log.error("recover", f"line {number} of {self._rescue_file} {trouble}: quarantined")

    def _entry(self, number: int, line: bytes, reason: str) -> bytes:
        entry: dict[str, str | int] = {"file": self._rescue_file, "line": number, "latin1": line.decode("latin-1")}
        return json.dumps(entry | ({"reason": reason} if reason else {})).encode()
