"""Sinks that say of each line what became of it, in every way there is, and one that says what makes no sense."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from os import remove as take_away
from pathlib import Path

import wptest


def must(what: str, found: object, expected: object) -> None:
    """Fail for good where something is otherwise."""
    if found != expected:
        message = f"{what}: {found!r}, not {expected!r}"
        raise RuntimeError(message)


def said(act: Callable[[], object]) -> str:
    """What somebody is told who does this."""
    try:
        act()
    except (ValueError, TypeError, OSError, sqlite3.Error) as error:
        return f"{type(error).__name__}: {error}"
    return "nothing"


class Opaque:
    """What even `repr` can't show."""

    def __repr__(self) -> str:
        raise RuntimeError


@wptest.sink
class Answers:
    """Takes apart what it says, before it says it: a mistake is told where it is made, with what was expected.

    Args:
        says: How it fails at each batch but those that have been there: what is given to `SinkFailed`.
    """

    def __init__(self, path: str, *, says: str = "") -> None:
        self.path, self.says = Path(path), says

    def write(self, lines: list[bytes]) -> None:
        """Append those that it takes, and tell of the others."""
        self.mistakes()
        there = self.path.read_bytes().splitlines() if self.path.exists() else []
        match self.says:
            case "the first was taken" if lines[0] not in there:
                self.append(lines[:1])
                raise wptest.SinkFailed("it was interrupted", written=1)
            case "nobody knows" if lines[0] not in there:
                self.append(lines[:2])
                raise wptest.SinkFailed("it was interrupted", written=None)
            case "all but the second are unknown" if lines[0] not in there:
                self.append([lines[0], *lines[2:]])
                rest = [place for place in range(len(lines)) if place != 1]
                raise wptest.SinkFailed("no answer", again=[1], unknown=rest)
        self.append(lines)

    def append(self, lines: list[bytes]) -> None:
        """Write lines behind those that are there."""
        with open(self.path, "ab") as file:
            file.writelines(line + b"\n" for line in lines)

    def mistakes(self) -> None:
        """What can't be said of a batch."""
        places = "places of lines in the batch, from 0 on"
        count = "expected how many lines were taken, from 0 on, or None"
        for what, expected in {
            "less than none": ({"written": -1}, f"ValueError: 'written' is -1, an int: {count}"),
            "no number": ({"written": "two"}, f"ValueError: 'written' is 'two', a str: {count}"),
            "a truth": ({"written": True}, f"ValueError: 'written' is True, a bool: {count}"),
            "a long text": ({"written": "x" * 99}, f"ValueError: 'written' is a str: {count}"),
            "nothing to show": ({"written": Opaque()}, f"ValueError: 'written' is an Opaque: {count}"),
            "a text": ({"refused": "0"}, f"TypeError: 'refused' is '0', a str: expected {places}"),
            "a number": ({"again": 1}, f"TypeError: 'again' is 1, an int: expected {places}"),
            "none": ({"unknown": None}, f"TypeError: 'unknown' is None: expected {places}"),
            "no place": ({"unknown": [0.5]}, f"TypeError: 'unknown' has 0.5, a float: expected {places}"),
            "before the first": ({"again": [-1]}, f"ValueError: 'again' has -1: expected {places}"),
            "a line twice": (
                {"written": 2, "refused": [3, 1, 0]},
                "ValueError: 'written' and 'refused' both have 0: expected each line in one of them",
            ),
            "two words": (
                {"again": [1, 4], "unknown": [4, 5]},
                "ValueError: 'again' and 'unknown' both have 4: expected each line in one of them",
            ),
            "no reason": (
                {"refused": {0: 7}},
                "TypeError: the reason for line 0 in 'refused' is 7, an int: expected a text",
            ),
        }.items():
            words, told = expected
            must(what, said(lambda words=words: wptest.SinkFailed("why", **words)), told)
        unknown = said(lambda: wptest.SinkFailed("why", error_class="disk"))
        must(
            "no class", unknown.startswith("ValueError: unknown error class 'disk', expected one of: sink, "), True
        )


@wptest.sink
class Library:
    """Keeps lines in SQLite, and opens databases in each way that there is."""

    def __init__(self, path: str) -> None:
        self.path = path
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("create table if not exists log(line blob)")

    def write(self, lines: list[bytes]) -> None:
        """Insert a batch, by a URI with options and by a plain name."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=rw", uri=True)) as db, db:
            db.executemany("insert into log values (?)", [(line,) for line in lines])
        self.ways()

    def ways(self) -> None:
        """Whatever way is taken, it leads to the same rows, or is refused as by SQLite itself."""
        with closing(sqlite3.connect(self.path)) as db:
            (there,) = db.execute("select count(*) from log").fetchone()
        absolute = f"{os.getcwd()}/{self.path}"
        for text, uri in (
            (f"file:{absolute}?mode=ro", True),
            (f"file://{absolute}", True),
            (f"file:{self.path.replace('a.db', '%61.db')}", True),
            (absolute, True),
            (self.path, True),
            (f"./{self.path}", False),
        ):
            with closing(sqlite3.connect(text, uri=uri)) as db:
                must(f"the rows of {text}", db.execute("select count(*) from log").fetchone(), (there,))
        for text, uri in ((":memory:", False), ("", False), ("file::memory:", True), ("file:x?mode=memory", True)):
            with closing(sqlite3.connect(text, uri=uri)) as db:
                must(f"a table of {text!r}", said(lambda db=db: db.execute("select * from log")), NO_TABLE)
        cannot = "OperationalError: unable to open database file"
        missing = f"file:{self.path}.none?mode=rw"
        must("a missing one", said(lambda: sqlite3.connect(missing, uri=True).execute("select 1")), cannot)
        must("what it made", os.path.exists(f"{self.path}.none"), False)
        with closing(sqlite3.connect("file:b.db", uri=False)) as db, db:
            db.execute("create table log(line blob)")  # without uri the name is all of it
        must("its name", os.path.exists("file:b.db"), True)
        take_away("file:b.db")  # by the name that it has here, too, it is that of the run
        with closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            db.execute("create table if not exists note(at text)")
            db.execute("begin")
            db.execute("insert into note values ('a')")
            must("a transaction", db.in_transaction, True)
            must("what a script finds", db.executescript("delete from note").fetchall(), [])
            must("what it has ended", db.in_transaction, False)
            must("what is left", db.execute("select count(*) from note").fetchone(), (0,))

    @staticmethod
    def stored(path: str) -> list[bytes]:
        """The lines, in order."""
        with closing(sqlite3.connect(path)) as db:
            return [line for (line,) in db.execute("select line from log order by rowid")]


NO_TABLE = "OperationalError: no such table: log"


@wptest.sink
class Diary:
    """Appends lines, and writes down when it is asked to sync, to reconnect and to close; now and then it fails.

    Args:
        fails: At which batch, from 1 on; 0 for none.
    """

    def __init__(self, path: str, *, fails: wptest.Count = 0) -> None:
        self.path, self.diary, self.fails, self.batches = path, f"{path}.diary", fails, 0

    def note(self, what: str) -> None:
        """Write it down."""
        with open(self.diary, "a", encoding="utf-8") as file:
            file.write(f"{what}\n")

    def write(self, lines: list[bytes]) -> None:
        """Append a batch."""
        self.batches += 1
        if self.batches == self.fails:
            self.note("failed")
            raise wptest.SinkFailed("down for a moment")
        with open(self.path, "ab") as file:
            file.writelines(line + b"\n" for line in lines)

    def reconnect(self) -> None:
        """It can."""
        self.note("reconnected")

    def sync(self) -> None:
        """Before a checkpoint is written."""
        self.note(f"synced behind {self.batches} batches")

    def close(self) -> None:
        """When the program ends by itself."""
        self.note("closed")


@wptest.sink
class Counting:
    """Appends lines, and counts them in a database that another sink counts in as well: each waits for its turn."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.db = sqlite3.connect("data/out_dat/counts.db", timeout=5, isolation_level=None)
        self.db.execute("create table if not exists counted(lines integer)")

    def write(self, lines: list[bytes]) -> None:
        """Count a batch, and append it."""
        self.db.execute("begin immediate")
        time.sleep(0.05)
        self.db.execute("insert into counted values (?)", (len(lines),))
        self.db.execute("commit")
        with open(self.path, "ab") as file:
            file.writelines(line + b"\n" for line in lines)

    def close(self) -> None:
        """Say how many all of them have counted."""
        (total,) = self.db.execute("select sum(lines) from counted").fetchone()
        Path(f"{self.path}.counted").write_text(f"{total}\n", encoding="utf-8")
        self.db.close()
