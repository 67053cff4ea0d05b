"""How much of an input a real program has read, as far as that can be seen.

What has come out anywhere was read, and all that stands before it; programs log where they go on, and how far
they have come. Files are known by their numbers and held open, so that one that is renamed, cut or written anew
meanwhile is told from what stands in its place.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from engine.kernel.trace import FieldValue
from wptest.judge.written_down.positions import ReadBefore

Tell = Callable[[str, Mapping[str, FieldValue]], None]  # a kind of event, and its fields
_MOST = 1 << 20  # bytes at once


class _File:
    """A file that is the input, or was.

    Attributes:
        number: its number on the disk.
        lines: its whole lines.
        accepted: up to which of them a program has read, by their number.
        before_cut: the file that it was before it was cut, as long as it may go on with it.
    """

    def __init__(self, path: Path, before_cut: _File | None = None) -> None:
        self._descriptor: int | None = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.number = os.fstat(self._descriptor).st_ino
        self.lines: list[bytes] = []
        self.accepted = 0
        self.before_cut = before_cut
        self._places: dict[bytes, int] = {}
        self._offset = 0
        self._torn = b""

    @property
    def length(self) -> int:
        """How many lines it has, with one at its end that has none."""
        return len(self.lines) + bool(self._torn)

    @property
    def is_open(self) -> bool:
        """Whether it may still get more."""
        return self._descriptor is not None

    def look(self) -> bool:
        """Take in what it has got; False where it was cut behind everybody's back."""
        if self._descriptor is None:
            return True
        if os.fstat(self._descriptor).st_size < self._offset:
            return False
        while data := os.pread(self._descriptor, _MOST, self._offset):
            self._offset += len(data)
            *lines, self._torn = (self._torn + data).split(b"\n")
            for line in lines:
                self.lines.append(line)
                self._places.setdefault(line, len(self.lines))
        return True

    def place(self, line: bytes) -> int:
        """The number of such a line, the first of them; 0 where there is none."""
        return self._places.get(line, 0) or (self.length if line and line == self._torn else 0)

    def goes_on(self) -> bool:
        """Whether it has again all that was read of it before it was cut, and nothing else was read since."""
        old = self.before_cut
        return old is not None and not self.accepted and self.lines[: old.accepted] == old.lines[: old.accepted]

    def close(self) -> None:
        """Let go of it: it gets no more."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class ReadInput:
    """One input, the files that it was, and the run of the program that reads it now.

    Args:
        root: the work root.
        path: what the input is called.
        tell: is told what is new, as the engine's own source tells it.
    """

    def __init__(self, root: Path, path: str, tell: Tell) -> None:
        self.path = path
        self.total = 0
        self._root = root
        self._tell = tell
        self._files: list[_File] = []
        self._reading: _File | None = None
        self._before = 0  # how many lines were read in this run before the first one of the file
        self._upto = 0  # the line of the file that this run has come to
        self._kept: ReadBefore | None = None

    @property
    def is_read(self) -> bool:
        """Whether the last line of what is read and of what is the input now has been seen."""
        files = [self._now(), self._reading]
        return all(file.accepted >= len(file.lines) for file in files if file is not None)

    def begin(self, kept: ReadBefore | None) -> None:
        """A program begins to read: where it is kept how far an earlier one has come, behind that."""
        self._now()
        self._reading, self.total, self._before, self._upto, self._kept = None, 0, 0, 0, kept

    def seen(self, lines: Iterable[bytes], *, is_fresh: bool) -> None:
        """These have come out; `is_fresh`, the program that reads has just delivered them.

        Else they may be an earlier run's, of which only those count that nobody has seen yet.
        """
        now = self._now()
        first = self._reading or (self._start() if is_fresh else now)
        if first is None:
            return
        files = self._files[self._files.index(first) :] if is_fresh else [first]
        reached: dict[int, int] = {}
        for line in lines:
            for place, file in enumerate(files):
                if (number := file.place(line)) > self._known_of(file, is_fresh=is_fresh):
                    reached[place] = max(reached.get(place, 0), number)
                    break
        for place in sorted(reached):
            self._advance(files[place], reached[place])

    def claimed(self, total: int) -> None:
        """A program says that it has read so many lines in this run."""
        self._now()
        if total and (file := self._reading or self._start()) is not None:
            if self._reading is None:
                self._turn_to(file)
            self._advance(file, min(total - self._before, file.length))

    def claim_all(self) -> None:
        """A program must have read everything."""
        now = self._now()
        for file in dict.fromkeys((self._reading or self._start(), now)):
            if file is not None and file.length:
                self._advance(file, file.length)

    def go_on(self, path: str, lines: int) -> bool:
        """A program goes on behind so many lines of a file that is the input, or was; False if it is none."""
        number = _number(self._root / path)
        self._now()
        file = next((each for each in reversed(self._files) if each.number == number), None)
        if file is None:
            return False
        self._go_on(file, path, lines)
        return True

    def reopened(self, why: str) -> None:
        """A program reads the input from its start, in the middle of a run."""
        if self._reading is not None and (now := self._now()) is not None:
            now.before_cut = None
            self._reopen(now, why)

    def about_to_cut(self, number: int | None) -> None:
        """A file will have less."""
        for file in [each for each in self._files if each.is_open and number in (None, each.number)]:
            file.look()
            file.close()

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files:
            file.close()

    def _now(self) -> _File | None:
        """The file that is the input now; all of them are looked at."""
        for file in self._files:
            if not file.look():
                file.close()
        place = self._root / self.path
        number = _number(place)
        if number is None:
            return None
        now = next((each for each in reversed(self._files) if each.number == number), None)
        if now is None or not now.is_open:
            now = self._opened(place, now)
        if now is not None and now.goes_on():
            self._join(now)
        return now

    def _opened(self, place: Path, before_cut: _File | None) -> _File | None:
        may_go_on = before_cut if before_cut is not None and before_cut is self._reading else None
        try:
            file = _File(place, may_go_on)
        except OSError:  # it has gone just now, or nobody may read it
            return None
        file.look()
        self._files.append(file)
        return file

    def _join(self, now: _File) -> None:
        """The file goes on with what it was before it was cut."""
        old = now.before_cut
        assert old is not None, "it goes on with it"
        now.accepted, now.before_cut = old.accepted, None
        self._files.remove(old)
        if self._reading is old:
            self._reading = now

    def _known_of(self, file: _File, *, is_fresh: bool) -> int:
        """Up to which line of a file it is known that it was read: in this run, or at all."""
        if not is_fresh:
            return file.accepted
        if file is self._reading:
            return self._upto
        return self._kept.lines if self._kept is not None and file is self._kept_file() else 0

    def _kept_file(self) -> _File | None:
        """The file of which it is kept how far it was read, if it is still the same."""
        kept = self._kept
        if kept is None:
            return None
        files = (each for each in self._files if each.is_open and each.number == kept.file)
        return next((each for each in files if each.length >= kept.lines), None)

    def _start(self) -> _File | None:
        """The file that a program begins with."""
        return self._kept_file() or self._now()

    def _turn_to(self, file: _File) -> None:
        """The program reads this file now, whether a log says so or not."""
        if self._reading is not None:
            self._reopen(file, "is another file")
        elif self._kept is not None and file is self._kept_file():
            self._go_on(file, self._name(file), self._kept.lines)
        else:
            self._reading, self._before, self._upto = file, 0, 0

    def _go_on(self, file: _File, path: str, lines: int) -> None:
        self._reading, self._before, self._upto, self.total = file, -lines, lines, 0
        file.accepted = max(file.accepted, lines)
        self._tell("source.gone_on", {"path": path, "lines": lines})

    def _reopen(self, file: _File, why: str) -> None:
        """The program goes on with another file, or once more with this one: it has read what it leaves."""
        if self._reading is not None and self._reading is not file and self._reading.is_open:
            self._advance(self._reading, self._reading.length)
        self._tell("source.reopened", {"path": self.path, "lines": self.total, "why": why})
        self._reading, self._before, self._upto = file, self.total, 0

    def _advance(self, file: _File, place: int) -> None:
        """So much of a file was read, in this run."""
        if self._reading is not file:
            self._turn_to(file)
        if place > self._upto:
            lines, self._upto = place - self._upto, place
            self.total = self._before + place
            file.accepted = max(file.accepted, place)
            self._tell("source.accepted", {"path": self.path, "lines": lines, "total": self.total})

    def _name(self, file: _File) -> str:
        """What a file is called now: it stands beside the input, if it was renamed."""
        place = self._root / self.path
        beside = (each for each in sorted(place.parent.iterdir()) if _number(each) == file.number)
        return next((each.relative_to(self._root).as_posix() for each in beside), self.path)


def _number(place: Path) -> int | None:
    """The number of the file at a place; None where there is none, or a directory stands there."""
    try:
        status = place.stat()
    except OSError:
        return None
    return None if stat.S_ISDIR(status.st_mode) else status.st_ino
