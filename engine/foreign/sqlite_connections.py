"""`sqlite3.connect` as foreign code sees it: real SQLite on a real file that stands behind a simulated name.

What SQLite does with the files of a database no scenario governs. What a program does with SQLite is governed:
statements and commits are moments of the program, at which others run and a kill may come; whoever waits for a lock
waits in virtual time; and a program that ends leaves what it has committed.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache, partial
from types import TracebackType
from typing import Any, ClassVar, NamedTuple, Self, TypeVar
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from engine.foreign.foreign_files import ForeignFiles
from engine.foreign.sqlite_functions import let_obey
from engine.kernel import Abandoned

_T = TypeVar("_T")

_MEMORY = ("", ":memory:")  # a database without a file, or with one that nobody can find
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY)
_POLL = 10_000_000
_WORD = re.compile(r"\s*(\w+)")
_COMMITS = ("COMMIT", "END")
_RISKY = ("OFF", "MEMORY")
_PAST = {
    "load_extension": "it loads an extension into SQLite, which may do anything",
    "enable_load_extension": "it loads extensions into SQLite, which may do anything",
    "deserialize": "it puts a database in memory in the place of one on disk: use Connection.backup",
}


class _Database(NamedTuple):
    """A database that is asked for.

    Attributes:
        path: as it was asked for; None for one in memory.
        options: of its URI.
    """

    path: str | None
    options: dict[str, str]


def connect(  # noqa: PLR0917 - the arguments of sqlite3.connect
    files: ForeignFiles,
    _real: object,
    database: Any,
    timeout: float = 5.0,
    detect_types: int = 0,
    isolation_level: Any = "",
    check_same_thread: bool = True,
    factory: type[sqlite3.Connection] = sqlite3.Connection,
    cached_statements: int = 128,
    uri: bool = False,
    **more: Any,
) -> sqlite3.Connection:
    """What `sqlite3.connect` does; the arguments are its own."""
    del check_same_thread  # only one thread ever runs, and another one closes what a kill leaves open
    asked = _asked(os.fsdecode(database), uri=uri)
    _refuse(files, asked)
    real, shown, outside = ":memory:", None, False
    if asked.path is not None:
        real, shown, outside = _real_one(files, asked.path, asked.options)
    place = {"files": files, "shown": shown, "patience": int(timeout * 1_000_000_000), "outside": outside}
    class_ = type(factory.__name__, (Governed, factory), place)
    files.connecting = True
    try:
        made: Governed = class_(
            real,
            timeout=0,
            detect_types=detect_types,
            isolation_level=isolation_level,
            check_same_thread=False,
            cached_statements=cached_statements,
            uri=True,
            **more,
        )
        made.begin()
    finally:
        files.connecting = False
    files.connections.add(made)
    return made


class Governed(sqlite3.Connection):
    """A connection whose statements and commits are moments of the program.

    Attributes:
        files: the program's.
        shown: what traces and rules know the database by; None for one in memory, or outside of the work root.
        patience: for how many nanoseconds of virtual time it waits for a lock.
        outside: it is the machine's own file, which can only be read.
    """

    files: ClassVar[ForeignFiles]
    shown: ClassVar[str | None]
    patience: ClassVar[int]
    outside: ClassVar[bool]
    _judge: Callable[..., int] | None = None

    def begin(self) -> None:
        """Let SQLite obey as far as it can."""
        let_obey(self, self.files.chance)
        super().set_authorizer(self._authorize)
        with suppress(sqlite3.Error):  # a file that is no database says so when it is first used
            super().execute("PRAGMA synchronous = OFF").close()  # no loss of power is shown on it

    def about_to(self, sql: str) -> None:
        """Be about to do a statement.

        Raises:
            Abandoned: the program has ended.
        """
        word = _WORD.match(sql)
        self._moment("commit" if word is not None and word[1].upper() in _COMMITS else "statement")

    def patiently(self, function: Callable[[], _T]) -> _T:
        """Do something, waiting for locks in virtual time."""
        waited = 0
        while True:
            before = self.total_changes
            try:
                return function()
            except sqlite3.OperationalError as error:
                if self.outside and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY:
                    message = "it writes to a database that is outside of the work root"
                    raise self.files.escape(message) from error
                busy = error.sqlite_errorcode in _BUSY and self.total_changes == before
                if not busy or waited >= self.patience:
                    raise
            self.files.sleep(_POLL)
            waited += _POLL

    def cursor(self, factory: Any = sqlite3.Cursor) -> Any:
        """See `sqlite3.Connection`."""
        return super().cursor(_governed(factory) if isinstance(factory, type) else factory)

    def execute(self, *args: Any) -> Any:
        """See `sqlite3.Connection`."""
        return self.cursor().execute(*args)

    def executemany(self, *args: Any) -> Any:
        """See `sqlite3.Connection`."""
        return self.cursor().executemany(*args)

    def executescript(self, *args: Any) -> Any:
        """See `sqlite3.Connection`."""
        return self.cursor().executescript(*args)

    def commit(self) -> None:
        """See `sqlite3.Connection`."""
        if self.in_transaction:
            self._moment("commit")
        self.patiently(super().commit)

    def backup(self, target: sqlite3.Connection, **options: Any) -> None:
        """See `sqlite3.Connection`."""
        if isinstance(target, Governed):
            target.about_to("backup")
        super().backup(target, **options)

    def set_authorizer(self, callback: Callable[..., int] | None) -> None:
        """See `sqlite3.Connection`; ours is asked first."""
        self._judge = callback

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> Any:
        if kind is not None:
            self.rollback()
            return False
        try:
            self.commit()
        except BaseException:
            self.rollback()
            raise
        return False

    def __del__(self) -> None:
        with suppress(sqlite3.Error):  # what a program forgets to close, its end closes
            self.close()

    def _moment(self, operation: Any) -> None:
        if self.files.dead:
            raise Abandoned
        if self.shown is not None:
            self.files.approach(operation, self.shown)

    def _authorize(self, action: int, first: str | None, second: str | None, *rest: Any) -> int:
        refused = None
        if action == sqlite3.SQLITE_ATTACH and first not in _MEMORY:
            refused = f"it attaches the database {first or 'of an expression'}: open it by a connection of its own"
        elif action == sqlite3.SQLITE_PRAGMA and self.shown is not None and _is_risky(first, second):
            refused = f"it sets journal_mode {second}: a kill may damage such a database, and that can't be shown"
        if refused is not None:
            self.files.escape(refused)
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK if self._judge is None else self._judge(action, first, second, *rest)


class GovernedCursor(sqlite3.Cursor):
    """A cursor of such a connection."""

    def execute(self, sql: str, *args: Any) -> Self:
        """See `sqlite3.Cursor`."""
        return self._do(sql, partial(super().execute, sql, *args))

    def executemany(self, sql: str, rows: Iterable[Any]) -> Self:
        """See `sqlite3.Cursor`."""
        return self._do(sql, partial(super().executemany, sql, list(rows)))

    def executescript(self, sql: str) -> Self:
        """See `sqlite3.Cursor`."""
        if self.connection.in_transaction:
            self.connection.commit()
        return self._do(sql, partial(super().executescript, sql))

    def _do(self, sql: str, function: Callable[[], object]) -> Self:
        connection = self.connection
        assert isinstance(connection, Governed), "it was made by one"
        connection.about_to(sql)
        connection.patiently(function)
        return self


def _refusing(name: str, what: str) -> Callable[..., None]:
    def method(self: Governed, *_args: Any, **_options: Any) -> None:
        raise self.files.escape(what)

    method.__name__ = name
    return method


for _name, _what in _PAST.items():
    if hasattr(sqlite3.Connection, _name):
        setattr(Governed, _name, _refusing(_name, _what))


@lru_cache(maxsize=64)
def _governed(factory: type) -> type:
    return factory if issubclass(factory, GovernedCursor) else type(factory.__name__, (GovernedCursor, factory), {})


def _asked(text: str, *, uri: bool) -> _Database:
    if not uri or not text.startswith("file:"):
        return _Database(None if text in _MEMORY else text, {})
    parts = urlsplit(text)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    path = unquote(parts.path)
    return _Database(None if path in _MEMORY or options.get("mode") == "memory" else path, options)


def _refuse(files: ForeignFiles, asked: _Database) -> None:
    if asked.options.get("cache") == "shared":
        message = (
            "it shares SQLite's cache, which all programs of a run would have in common: leave cache=shared out"
        )
        raise files.escape(message)
    if "vfs" in asked.options:
        raise files.escape(f"it opens a database by the vfs {asked.options['vfs']}: leave vfs= out")


def _real_one(files: ForeignFiles, path: str, options: dict[str, str]) -> tuple[str, str | None, bool]:
    """The URI of the real file, what a scenario knows the database by, and whether it is the machine's own."""
    place = files.locate(path)
    if not place.inside or files.only_real(place):
        if not files.really(lambda: os.path.exists(place.real)):  # noqa: PTH110 - nothing more is wanted
            message = f"it opens the database {place.real}, which is outside of the work root: open one below it"
            raise files.escape(message)
        return _uri(place.real, options | {"mode": "ro"}), None, True
    mode = options.get("mode", "rwc")
    try:
        real, writable = files.database(place, write=mode != "ro", create=mode == "rwc")
    except OSError:
        raise sqlite3.OperationalError("unable to open database file") from None
    return _uri(real, options if writable else options | {"mode": "ro"}), place.shown, False


def _uri(real: str, options: dict[str, str]) -> str:
    return f"file:{quote(real)}?{urlencode(options)}"


def _is_risky(name: str | None, value: str | None) -> bool:
    return (name or "").lower() == "journal_mode" and (value or "").upper() in _RISKY
