"""Lines that a python sink has taken and its target doesn't show yet: in buffers, from which a kill loses them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from engine.foreign.sink_mistakes import UnreadableTargetError
from engine.foreign.stored import found_in, held
from engine.machine import Machine
from engine.project.model import ForeignConf
from engine.storage.disk_port import read_all

_MANY = 4096


class Unseen:
    """What one sink has taken, compared with what comes out of it.

    Attributes:
        lines: those that have not been seen, in the order in which they were taken.
    """

    def __init__(self, machine: Machine, conf: ForeignConf, path: str) -> None:
        self.lines: list[bytes] = []
        self._machine = machine
        self._held = held(machine)
        self._conf = conf
        self._path = path
        self._seen_to = 0 if conf.stored is not None else self.size()

    def begin(self) -> None:
        """The sink's object is there: what its target has by now is none of its lines."""
        if self._conf.stored is not None:
            with suppress(UnreadableTargetError):
                self._seen_to = len(self._held.target(self._conf, self._path))

    def size(self) -> int:
        """How large the target's file is."""
        disk = self._machine.disk
        return disk.stat(self._path).size if disk.exists(self._path) else 0

    def take(self, lines: Sequence[bytes]) -> None:
        """More lines were taken."""
        self.lines += lines
        if len(self.lines) > _MANY:
            with suppress(UnreadableTargetError):
                self.look()

    def look(self) -> None:
        """Let go of the lines that the target shows by now.

        Raises:
            UnreadableTargetError: it can't be read.
        """
        size, stored, sent = self._behind(self._seen_to)
        found, behind = found_in(self.lines, sent)
        del self.lines[:found]
        self._seen_to = size - len(stored) + sum(len(line) + 1 for line in stored.split(b"\n")[:behind])

    def arrived(self, lines: Sequence[bytes], before: int) -> int:
        """How many of `lines`, from the first on, the target has got since its file had the size `before`."""
        if self._conf.stored is None:
            return found_in(lines, self._behind(before)[2])[0]
        try:  # sizes would have to be asked for before each write: what is behind the last line seen is enough
            self.look()
            return found_in(lines, self._behind(self._seen_to)[2])[0]
        except UnreadableTargetError:
            return 0

    def _behind(self, position: int) -> tuple[int, bytes, list[bytes]]:
        """The target's size, what it has behind `position`, and the lines of that as they were sent.

        All of it when it has been made anew and is shorter.
        """
        if self._conf.stored is not None:
            stored = self._held.target(self._conf, self._path)
        else:
            stored = read_all(self._machine.disk, self._path)
        part = stored[position:] if position <= len(stored) else stored
        if self._conf.stored is not None:
            return len(stored), part, part.split(b"\n")[:-1]
        return len(stored), part, self._held.sent_lines(self._conf, self._path, part)
