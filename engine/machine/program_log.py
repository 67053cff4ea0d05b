"""A program's log file, `logs/<program>.log`: the lines that the seed greps for, at their levels."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache

from engine.kernel.trace import FieldValue
from engine.machine.machine import Machine
from engine.project.model import LogLevel
from engine.units import MILLISECOND, SECOND

_RANKS: dict[LogLevel, int] = {"debug": 0, "info": 1, "warn": 2, "error": 3}


class Log:
    """Writes lines `{date} [LEVEL] [target] message`, and an event for each.

    A log that can't be written never stops the program: the event is still there, the line in the file isn't.
    No fault rule reaches it, because a log line is evidence and not part of what is tested.
    """

    def __init__(self, machine: Machine, process: str, path: str, level: LogLevel) -> None:
        self._machine = machine
        self._process = process
        self._path = path
        self._rank = _RANKS[level]
        self._hides_recovery = machine.behaviour.recovery_log == "hidden"
        self._descriptor: int | None = None

    def begin(self) -> None:
        """Make the file, as real versions do before they have anything to say; one that can't be made is none."""
        if self._machine.log_files:
            with suppress(OSError):
                self._open()

    def debug(self, target: str, message: str) -> None:
        """Log for somebody who looks for a fault."""
        self._write("debug", target, message)

    def info(self, target: str, message: str) -> None:
        """Log a milestone."""
        if not (self._hides_recovery and target == "recover"):  # D31: its real target passes warnings only
            self._write("info", target, message)

    def warn(self, target: str, message: str) -> None:
        """Log trouble that the program copes with."""
        self._write("warn", target, message)

    def error(self, target: str, message: str) -> None:
        """Log trouble that somebody must look at."""
        self._write("error", target, message)

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            self._machine.disk.close(self._descriptor)
            self._descriptor = None

    def _write(self, level: LogLevel, target: str, message: str) -> None:
        if _RANKS[level] < self._rank:
            return
        machine = self._machine
        machine.record(self._process, "log", _fields(level, target, message))
        if machine.log_files:
            seconds, behind = divmod(machine.wall.now(), SECOND)
            when = f"{_second(seconds)}.{behind // MILLISECOND:03d}"
            try:
                line = f"{when} [{level.upper()}] [{target}] {message}\n"
                machine.disk.append(self._open(), line.encode(errors="backslashreplace"))
            except OSError:
                self.close()

    def _open(self) -> int:
        if self._descriptor is None:
            self._machine.disk.mkdir(self._path.rpartition("/")[0])
            self._descriptor = self._machine.disk.open(self._path)
        return self._descriptor


@lru_cache(maxsize=16)  # an outage of days logs the same attempt a hundred thousand times: it is kept once
def _fields(level: LogLevel, target: str, message: str) -> Mapping[str, FieldValue]:
    return {"level": level, "target": target, "message": message}


@lru_cache(maxsize=16)  # much is logged in one second
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
