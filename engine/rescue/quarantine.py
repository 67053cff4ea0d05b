"""Lines that can't be decoded, or that their sink refuses, kept for somebody to look at: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from engine.kernel import Turns
from engine.machine import Program
from engine.rescue.reader import PoisonLine
from engine.storage.disk_port import Disk, read_all
from engine.storage.line_file import LineFile

SUFFIX = ".quarantine"
_Key = tuple[str | int, ...]
_Entry = dict[str, str | int]


def quarantine_path(rescue_file: str) -> str:
    """Where a rescue file's bad lines go: beside it, under a name that recovery doesn't scan."""
    return rescue_file.removesuffix(".dat") + SUFFIX


def quarantined_lines(disk: Disk, path: str) -> list[tuple[int, bytes]]:
    """What a quarantine file holds: line numbers in the rescue file, and the bytes; a torn line is left out."""
    return [_line(entry) for entry in _entries(disk, path)]


def _line(entry: _Entry) -> tuple[int, bytes]:
    return int(entry["line"]), str(entry["latin1"]).encode("latin-1")


def _entries(disk: Disk, path: str) -> list[_Entry]:
    data = read_all(disk, path)
    if not data:
        return []
    found = []
    for line in data.split(b"\n"):
        try:
            entry = json.loads(line)
            _line(entry)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue
        found.append(entry)
    return found


class Quarantine:
    """The bad lines of one rescue file; writing one again, after a crash, changes nothing.

    An entry says of which file it is: the beginning of its replay and a checksum tell two of one name apart.

    Attributes:
        rescue_file: the file.
        began: when the replay of the file began for the first time: see `Intent`; 0 where nobody writes that down.
    """

    def __init__(self, program: Program, rescue_file: str) -> None:
        self.began = 0
        self._program = program
        self.rescue_file = rescue_file
        self._file: LineFile | None = None
        self._turns = Turns(program.machine.scheduler)
        self._known: set[_Key] = set()

    @property
    def refused(self) -> Collection[tuple[int, bytes]]:
        """The lines that earlier runs have put there since the sink refused them: it would refuse them again."""
        entries = _entries(self._program.files.disk, quarantine_path(self.rescue_file))
        return {_line(entry) for entry in entries if entry.get("reason") and entry.get("began", 0) == self.began}

    @property
    def latest(self) -> int:
        """When the latest replay began of which a line is there; 0 where there is none."""
        entries = _entries(self._program.files.disk, quarantine_path(self.rescue_file))
        return max((began for entry in entries if isinstance(began := entry.get("began"), int)), default=0)

    async def add(self, lines: Iterable[PoisonLine], reasons: Mapping[int, str] = MappingProxyType({})) -> None:
        """Keep lines durably.

        Those that the sink refuses have reasons, by their numbers; the others are not text.

        Raises:
            LinesFailed, OSError: they can't be kept, so the rescue file must stay.
        """
        async with self._turns:  # who reads the file adds what is not text, who delivers it what is refused
            await self._add(lines, reasons)

    async def _add(self, lines: Iterable[PoisonLine], reasons: Mapping[int, str]) -> None:
        if self._file is None:
            path = quarantine_path(self.rescue_file)
            if self._program.behaviour.quarantine != "on_every_run":
                self._known = {self._key(entry) for entry in _entries(self._program.files.disk, path)}
            file = LineFile(self._program.files, path)
            await file.rewrite(0)  # what is known already may be there after a sync that failed
            self._file = file
        entries = [self._entry(each, reasons.get(each.number, "")) for each in lines]
        new = [entry for entry in entries if self._key(entry) not in self._known]
        if new:
            await self._file.append([json.dumps(entry).encode() for entry in new])
        await self._file.opened()
        await self._file.sync()
        self._known.update(map(self._key, new))
        for entry in new:
            number, reason = entry["line"], entry.get("reason")
            why = {"reason": reason} if reason else {}
            self._program.emit("line.quarantined", path=self.rescue_file, line=number, **why)
            trouble = f"is refused: {reason}" if reason else "is not text"
            self._program.log.error("recover", f"line {number} of {self.rescue_file} {trouble}: quarantined")

    def _entry(self, bad: PoisonLine, reason: str) -> _Entry:
        entry: _Entry = {"file": self.rescue_file, "line": bad.number, "latin1": bad.line.decode("latin-1")}
        of_which = {"began": self.began, "checksum": bad.checksum}
        return entry | of_which | ({"reason": reason} if reason else {})

    def _key(self, entry: _Entry) -> _Key:
        known = (entry["line"], entry["latin1"])
        if self._program.behaviour.quarantine == "once_for_a_name":
            return known
        return (*known, entry.get("began", 0), entry.get("checksum", 0))
