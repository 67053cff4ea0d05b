"""Sinks that try out what Python does with files and databases, and fail for good where something is otherwise."""

from __future__ import annotations

import errno
import fcntl
import io
import os
import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import wptest


def must(what: str, found: object, expected: object) -> None:
    """Fail for good where something is otherwise than with real files."""
    if found != expected:
        message = f"{what}: {found!r}, not {expected!r}"
        raise RuntimeError(message)


def refused(what: str, kind: type[Exception], act: Callable[[], object], number: int | None = None) -> None:
    """Fail for good where something is done that can't be done."""
    try:
        act()
    except kind as error:
        must(f"why {what} is refused", getattr(error, "errno", None), number)
        return
    message = f"{what} is not refused"
    raise RuntimeError(message)


def remove_all(directory: Path) -> None:
    """`shutil.rmtree`, in an order that is the same in each version of Python."""
    for name in sorted(os.listdir(directory)):
        path = directory / name
        if os.path.isdir(path) and not os.path.islink(path):
            remove_all(path)
        else:
            os.remove(path)
    os.rmdir(directory)


@wptest.sink
class Thorough:
    """Appends lines, and tries out descriptors, modes of opening, directories and locks before each batch."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.box = self.path.parent / "thorough"

    def write(self, lines: list[bytes]) -> None:
        """Try everything out, and append a batch."""
        if self.box.exists():  # what a killed or failed one has left
            remove_all(self.box)
        self.box.mkdir()
        self.descriptors(self.box / "numbers")
        self.locks(self.box / "locked")
        self.modes(self.box / "text")
        self.directories(self.box / "tree")
        self.names(self.box / "names")
        self.aside()
        remove_all(self.box)
        must("what was removed", self.box.exists(), False)
        with open(self.path, "ab", buffering=0) as file:
            file.writelines(line + b"\n" for line in lines)

    def descriptors(self, path: Path) -> None:
        """Write and read by number, in the middle and behind the end."""
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        refused("a second O_EXCL", FileExistsError, lambda: os.open(path, os.O_CREAT | os.O_EXCL), errno.EEXIST)
        must("bytes written", os.pwrite(number, b"0123456789", 5), 10)
        must("a hole", os.pread(number, 20, 0), bytes(5) + b"0123456789")
        must("where it is", os.lseek(number, 0, os.SEEK_CUR), 0)
        must("from its end", os.lseek(number, -4, os.SEEK_END), 11)
        must("the rest", os.read(number, 100), b"6789")
        refused("a place before the start", OSError, lambda: os.lseek(number, -1, os.SEEK_SET), errno.EINVAL)
        os.ftruncate(number, 8)
        twin = os.dup(number)
        must("its size", (os.fstat(twin).st_size, os.stat(number).st_size), (8, 8))
        os.fchmod(number, 0o640)
        must("its mode", stat.S_IMODE(path.stat().st_mode), 0o640)
        os.fsync(number)
        os.close(twin)
        os.close(number)
        refused("a closed descriptor", OSError, lambda: os.read(number, 1), errno.EBADF)
        reading = os.open(path, os.O_RDONLY)
        refused("writing what is open for reading", OSError, lambda: os.write(reading, b"x"), errno.EBADF)
        os.close(reading)
        cut = os.open(path, os.O_WRONLY | os.O_TRUNC)
        refused("reading what is open for writing", OSError, lambda: os.read(cut, 1), errno.EBADF)
        os.close(cut)
        must("what was cut", path.read_bytes(), b"")
        os.utime(path, (1_000, 2_000))
        must("its time", path.stat().st_mtime, 2_000)
        must("a terminal", os.isatty(os.open(path, os.O_RDONLY)), False)

    def locks(self, path: Path) -> None:
        """One lock at a time on a file, whoever asks."""
        with path.open("w") as first, path.open("w") as second:
            fcntl.flock(first, fcntl.LOCK_EX)
            asked = fcntl.LOCK_EX | fcntl.LOCK_NB
            refused("a second lock", BlockingIOError, lambda: fcntl.flock(second, asked), errno.EAGAIN)
            fcntl.flock(first, fcntl.LOCK_UN)
            fcntl.flock(second, asked)

    def modes(self, path: Path) -> None:
        """Open in each way there is."""
        with open(path, "x", encoding="utf-8") as file:
            must("characters written", file.write("one\ntwo\n"), 8)
            refused("reading", io.UnsupportedOperation, file.read)
        refused("a second x", FileExistsError, lambda: open(path, "x"), errno.EEXIST)
        with open(path, "r+b") as file:
            must("a line", file.readline(), b"one\n")
            file.write(b"TWO")
            file.seek(0)
            must("all of it", file.read(), b"one\nTWO\n")
            must("how much is left", file.truncate(4), 4)
            file.seek(2)
            must("cut where it stands", (file.truncate(), file.tell()), (2, 2))
        with open(path, "a+b") as file:
            file.write(b"3")
            file.seek(1)
            must("from the second byte on", file.read(), b"n3")
        with open(path, "w+", encoding="utf-8") as file:
            must("an empty file", file.read(), "")
        refused("an unknown mode", ValueError, lambda: open(path, "q"))
        refused("two modes", ValueError, lambda: open(path, "rw"))
        refused("bytes with an encoding", ValueError, lambda: open(path, "rb", encoding="utf-8"))
        refused("text without a buffer", ValueError, lambda: open(path, buffering=0))
        refused("a directory", IsADirectoryError, lambda: open(self.box), errno.EISDIR)
        refused("a file that isn't there", FileNotFoundError, lambda: open(self.box / "none"), errno.ENOENT)
        refused("no name", FileNotFoundError, lambda: open(""), errno.ENOENT)
        refused("below a file", NotADirectoryError, lambda: open(path / "none"), errno.ENOTDIR)
        with open(__file__, "rb") as own:
            must("a file of the machine", own.read(3), b'"""')

    def directories(self, tree: Path) -> None:
        """Make, list, move and remove directories."""
        (tree / "a/b").mkdir(parents=True)
        refused("a second one", FileExistsError, lambda: os.mkdir(tree), errno.EEXIST)
        (tree / "a/one").write_bytes(b"1")
        (tree / "link").symlink_to("a")
        refused("removing one with files", OSError, lambda: os.rmdir(tree / "a"), errno.ENOTEMPTY)
        with os.scandir(tree) as entries:
            found = sorted((each.name, each.is_dir(), each.is_symlink(), each.is_file()) for each in entries)
        must("what it has", found, [("a", True, False, False), ("link", True, True, False)])
        (entry,) = (each for each in os.scandir(tree / "a") if each.is_file())
        must(
            "an entry",
            (entry.stat().st_size, entry.inode(), os.fspath(entry)),
            (1, os.stat(entry).st_ino, entry.path),
        )
        must("names as bytes", sorted(os.listdir(os.fsencode(tree))), [b"a", b"link"])
        must("through a link", (tree / "link/one").read_bytes(), b"1")
        os.rename(tree / "a", tree / "c")
        must("what moved along", sorted(os.listdir(tree / "c")), ["b", "one"])
        refused("a name that is gone", FileNotFoundError, lambda: os.rename(tree / "a", tree / "d"), errno.ENOENT)
        refused("into itself", OSError, lambda: os.rename(tree / "c", tree / "c/d"), errno.EINVAL)
        shutil.copytree(tree / "c", tree / "e")
        shutil.move(tree / "e/one", tree / "f")
        must("what is left", sorted(os.listdir(tree / "e")), ["b"])
        number = os.open(tree, os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(number)
        must("relative to it", os.stat("f", dir_fd=number).st_size, 1)
        os.close(number)
        refused(
            "a file as a directory", NotADirectoryError, lambda: os.open(tree / "f", os.O_DIRECTORY), errno.ENOTDIR
        )
        before = os.getcwd()
        os.chdir(tree)
        must(
            "from here",
            (Path("f").read_bytes(), os.getcwd(), os.getcwdb()),
            (b"1", f"{before}/{tree}", os.fsencode(f"{before}/{tree}")),
        )
        os.chdir(before)
        refused("a way to nowhere", FileNotFoundError, lambda: os.chdir(tree / "none"), errno.ENOENT)

    def aside(self, opener: Callable[..., io.IOBase] = open) -> None:
        """What was put aside before the run is the machine's: it reads its files, and writes to none of them."""
        with opener(os.devnull, "wb") as nowhere:
            must("what nowhere takes", nowhere.write(b"x"), 1)
        with opener(__file__, "rb") as own:
            must("a file of the machine", own.read(3), b'"""')

    def names(self, path: Path) -> None:
        """Names that nobody else has, and what hangs on a name."""
        path.mkdir()
        with tempfile.NamedTemporaryFile(dir=path, delete=False) as file:
            file.write(b"new")
        before = os.umask(0o077)
        os.close(os.open(path / "mine", os.O_CREAT | os.O_WRONLY, 0o666))
        must("the mask", (os.umask(before), stat.S_IMODE((path / "mine").stat().st_mode)), (0o077, 0o600))
        os.replace(file.name, path / "mine")
        must("what was put in its place", (path / "mine").read_bytes(), b"new")
        os.link(path / "mine", path / "twin")
        refused("a second link", FileExistsError, lambda: os.link(path / "mine", path / "twin"), errno.EEXIST)
        os.truncate(path / "twin", 1)
        must("one file of two names", (path / "mine").read_bytes(), b"n")
        must("whether it may be read", os.access(path / "mine", os.R_OK), True)
        theirs = stat.filemode(os.stat("data/in_dat/gen.dat").st_mode), stat.filemode(os.stat("data").st_mode)
        must("modes of what others have made", theirs, ("-rw-r--r--", "drwxr-xr-x"))
        refused("a nap of less than nothing", ValueError, lambda: time.sleep(-1))


@wptest.sink
class Ledger:
    """Keeps lines in SQLite, and tries out transactions, copies and ways to open a database before each batch."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.db = sqlite3.connect(path, timeout=0.05)
        self.db.executescript(
            "create table if not exists log(line blob); create table if not exists note(at text);"
        )
        self.batches = 0

    def write(self, lines: list[bytes]) -> None:
        """Try everything out, and insert a batch."""
        self.batches += 1
        self.transactions()
        self.others()
        self.times()
        with self.db:
            self.db.executemany("insert into log values (?)", [(line,) for line in lines])
        must("changes", self.db.total_changes >= len(lines), True)

    def transactions(self) -> None:
        """What is not committed is not there."""
        before = self.count(self.db)
        try:
            with self.db:
                self.db.execute("insert into log values (?)", (b"never",))
                must("what is not committed yet", self.count(self.db), before + 1)
                raise KeyError
        except KeyError:
            must("what was rolled back", self.count(self.db), before)
        self.db.execute("insert into note values ('a')")
        must("a transaction", self.db.in_transaction, True)
        self.db.rollback()
        self.db.execute("begin immediate")
        with closing(sqlite3.connect(self.path, timeout=0.05)) as other:
            refused("a second writer", sqlite3.OperationalError, lambda: other.execute("begin immediate"))
            must("what another reads", self.count(other), before)
        self.db.commit()
        refused("a table that isn't there", sqlite3.OperationalError, lambda: self.db.execute("select * from none"))

    def others(self) -> None:
        """Databases in memory, read only, and copies."""
        with closing(sqlite3.connect(":memory:")) as copy:
            self.db.backup(copy)
            must("what was copied", self.count(copy), self.count(self.db))
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as reader:
            must("read only", self.count(reader), self.count(self.db))
            refused("writing", sqlite3.OperationalError, lambda: reader.execute("insert into note values ('b')"))
        nowhere = f"{self.path}.none/a.db"
        refused(
            "a database nowhere", sqlite3.OperationalError, lambda: sqlite3.connect(nowhere).execute("select 1")
        )

    def times(self) -> None:
        """SQL has the run's clock."""
        today, later, year, bare = self.db.execute(
            "select date('now'), date('now', '+1 day'), strftime('%Y', 'now'), length(datetime())"
        ).fetchone()
        must(
            "the day",
            (today, later, year, bare),
            (time.strftime("%Y-%m-%d", time.gmtime()), "2025-10-05", "2025", 19),
        )

    @staticmethod
    def count(db: sqlite3.Connection) -> int:
        """How many lines a connection sees."""
        (found,) = db.execute("select count(*) from log").fetchone()
        return int(found)

    @staticmethod
    def stored(path: str) -> list[bytes]:
        """The lines, in order."""
        with closing(sqlite3.connect(path)) as db:
            return [line for (line,) in db.execute("select line from log order by rowid")]
