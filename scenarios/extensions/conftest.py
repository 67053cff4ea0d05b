"""A fault, a check and sinks of this directory's own: all there is to write, and nothing to register."""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import shutil
import sqlite3
import stat
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import wptest


@wptest.fault
def flaky_disk(
    hand: wptest.Hand, on: wptest.Pattern, *, failures: wptest.Count = 3, among: wptest.Count = 20
) -> None:
    """Lets single writes fail, here and there: the seed of the run says which.

    Args:
        on: The files, a pattern of their paths.
        failures: How many writes fail.
        among: Among how many writes.
    """
    for nth in sorted(hand.random.sample(range(1, among + 1), failures)):
        hand.fail(on, "write", "EIO", nth=nth, times=1)


@wptest.fault
def edit(hand: wptest.Hand, path: wptest.Path, *, line: wptest.Count, text: str = "") -> None:
    """Puts other text in the place of a line, as an editor does; none takes the line out.

    Args:
        path: The file.
        line: Which line, from 1 on.
        text: What stands there then.
    """
    lines = hand.read(path).split(b"\n")
    lines[line - 1 : line] = text.encode().split(b"\n") if text else []
    hand.write(path, b"\n".join(lines))


@wptest.fault
def rename(hand: wptest.Hand, path: wptest.Path, *, to: wptest.Path) -> None:
    """Gives a file another name.

    Args:
        path: Its name.
        to: Its new one.
    """
    hand.rename(path, to)


@wptest.check
def same_lines(run: wptest.Run, sinks: list[wptest.SinkName]) -> Iterator[str]:
    """Sinks have got the same lines, whatever their order.

    Args:
        sinks: Two sinks or more; the first one is right.
    """
    first, *others = sinks
    expected = Counter(run.lines(first))
    if not expected:
        message = f"{first} has no lines"
        raise wptest.Unverified(message)
    for sink in others:
        got = Counter(run.lines(sink))
        lacks, more = expected - got, got - expected
        if lacks or more:
            yield f"{sink} lacks {lacks.total()} lines that {first} has, and has {more.total()} others"


@wptest.sink
class Dated:
    """Writes the hour before each line, as plain Python does it."""

    def __init__(self, path: str) -> None:
        self.path = path

    def write(self, lines: list[bytes]) -> None:
        """Append a batch."""
        stamp = f"{dt.datetime.now(dt.UTC):%H:%M:%S} ".encode()
        with open(self.path, "ab") as file:
            file.write(b"".join(stamp + line + b"\n" for line in lines))

    @staticmethod
    def original(stored: bytes) -> bytes:
        """The line without the hour."""
        return stored.partition(b" ")[2]


@wptest.sink
class Picky:
    """Refuses single lines for good, as servers do that lines don't fit.

    Args:
        refuse: Lines with this text.
        bulk: It takes all others of a batch; else those that come before the first of these.
    """

    def __init__(self, path: str, *, refuse: str, bulk: bool = True) -> None:
        self.path, self.bad, self.bulk = path, refuse.encode(), bulk

    def write(self, lines: list[bytes]) -> None:
        """Append what it takes of a batch."""
        refused = [number for number, line in enumerate(lines) if self.bad in line]
        if refused and not self.bulk:
            self.append(lines[: refused[0]])
            raise wptest.SinkFailed("400 bad request", written=refused[0], refused=refused[:1])
        self.append([line for number, line in enumerate(lines) if number not in refused])
        if refused:
            raise wptest.SinkFailed("mapping conflict", refused=refused)

    def append(self, lines: list[bytes]) -> None:
        """Write lines behind those that are there."""
        with open(self.path, "ab") as file:
            file.writelines(line + b"\n" for line in lines)


@wptest.sink
class Careful:
    """Does with files what careful code does before and after it appends: locks, journals, links, renames, looks.

    It believes nothing: wherever the file system answers otherwise than a real one, it fails for good.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.box = self.path.parent / "careful"
        self.journal = self.box / "journal.json"
        self.box.mkdir(parents=True, exist_ok=True)

    def write(self, lines: list[bytes]) -> None:
        """Append a batch, and write down how much there is now."""
        with (self.box / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            written = self._append(b"".join(line + b"\n" for line in lines))
            self._note({"batch": len(lines), "bytes": written})
            self._look(lines)

    def _append(self, data: bytes) -> int:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
        try:
            before = os.fstat(descriptor).st_size
            left = memoryview(data)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
            must("what was appended", os.pread(descriptor, len(data), before), data)
            must("the end", os.lseek(descriptor, 0, os.SEEK_END), before + len(data))
            return before + len(data)
        finally:
            os.close(descriptor)

    def _note(self, note: dict[str, int]) -> None:
        aside = self.box / "journal.new"
        with aside.open("w", encoding="utf-8") as file:
            json.dump(note, file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.journal)
        must("the journal", json.loads(self.journal.read_text(encoding="utf-8")), note)
        must("what was renamed", aside.exists(), False)

    def _look(self, lines: list[bytes]) -> None:
        """Read back by other ways, and leave everything as it was."""
        with self.path.open("rb") as file:
            file.seek(-len(lines[-1]) - 1, os.SEEK_END)
            must("the last line", file.readline(), lines[-1] + b"\n")
            must("behind it", file.read(), b"")
        twin, link, copy = (self.box / name for name in ("twin", "link", "copy"))
        os.link(self.path, twin)
        link.symlink_to("../" + self.path.name)
        must("a hard link", (twin.stat().st_size, twin.stat().st_nlink), (self.path.stat().st_size, 2))
        must("a symbolic link", (link.is_symlink(), link.read_bytes()[-1:]), (True, b"\n"))
        shutil.copyfile(twin, copy)
        os.truncate(copy, 5)
        must("what was cut", copy.read_bytes(), self.path.read_bytes()[:5])
        copy.chmod(0o600)
        must("its mode", stat.filemode(copy.stat().st_mode), "-rw-------")
        names = ["copy", "journal.json", "link", "lock", "twin"]
        must("the directory", sorted(os.listdir(self.box)), names)
        must("its entries", sorted(each.name for each in os.scandir(self.box) if each.is_file()), names)
        for place in (twin, link, copy):
            place.unlink()
        try:
            copy.open("rb")
        except FileNotFoundError:
            return
        message = "a file that was removed can be opened"
        raise RuntimeError(message)


def must(what: str, found: object, expected: object) -> None:
    """Fail for good where the file system isn't like a real one."""
    if found != expected:
        message = f"{what}: {found!r}, not {expected!r}"
        raise RuntimeError(message)


@wptest.sink
class Rows:
    """Keeps lines in SQLite, each once: its number is the key.

    Args:
        pause: How long a transaction takes.
    """

    def __init__(self, path: str, *, pause: wptest.Duration = 0) -> None:
        self.pause = pause / 1e9
        self.db = sqlite3.connect(path)
        self.db.execute("create table if not exists log(id integer primary key, line blob not null)")
        self.db.commit()

    def write(self, lines: list[bytes]) -> None:
        """Insert a batch in one transaction."""
        with self.db:
            self.db.executemany("insert into log(line) values (?)", [(line,) for line in lines])
            if self.pause:
                time.sleep(self.pause)
            (there,) = self.db.execute("select count(*) from log").fetchone()
        must("the rows", there >= len(lines), True)

    @staticmethod
    def stored(path: str) -> list[bytes]:
        """The lines, in order."""
        with closing(sqlite3.connect(path)) as db:
            return [line for (line,) in db.execute("select line from log order by id")]
