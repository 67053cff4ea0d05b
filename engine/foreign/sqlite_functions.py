"""SQL functions that would ask the machine for the time or for chance: here the scenario has the answer."""

from __future__ import annotations

import atexit
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from random import Random
from typing import Any

from engine.foreign.frozen_clock import clock

# Where a moment stands among the arguments. Without one, and where it is `now`, it is the present.
_OF_TIME = {"date": 0, "time": 0, "datetime": 0, "julianday": 0, "unixepoch": 0, "strftime": 1}
_PRESENT = {"current_date": "date", "current_time": "time", "current_timestamp": "datetime"}
_NOW = "now"
_FRACTIONS = ("subsec", "subsecond")  # these stand in the place of a moment, too


def let_obey(connection: sqlite3.Connection, chance: Random) -> None:
    """Put the functions into a connection: those of time show the scenario's, those of chance are repeatable."""
    for name, place in _OF_TIME.items():
        with suppress(sqlite3.Error):  # an older SQLite has fewer
            _asked(name, *[_NOW] * (place + 1))
            connection.create_function(name, -1, _of_time(name, place), deterministic=True)
    for name, original in _PRESENT.items():
        connection.create_function(name, 0, _of_time(original, 0), deterministic=True)
    connection.create_function("random", 0, lambda: chance.getrandbits(64) - (1 << 63))
    connection.create_function("randomblob", 1, lambda size: chance.randbytes(max(1, int(size or 0))))


def _of_time(name: str, place: int) -> Callable[..., Any]:
    def function(*args: Any) -> Any:
        before, moment, after = args[:place], args[place : place + 1], args[place + 1 :]
        word = moment[0].strip().lower() if moment and isinstance(moment[0], str) else ""
        if len(before) == place and (not moment or word == _NOW):
            moment = (_present(),)
        elif word in _FRACTIONS:
            moment = (_present(), *moment)
        return _asked(name, *before, *moment, *after)

    return function


def _present() -> str:
    return clock().wall.isoformat(" ", "milliseconds")


def _asked(name: str, *args: Any) -> Any:
    """What SQLite's own function says."""
    marks = ", ".join("?" * len(args))
    return _plain().execute(f"select {name}({marks})", args).fetchone()[0]


@cache
def _plain() -> sqlite3.Connection:
    """A connection in which the functions are SQLite's own."""
    made = sqlite3.Connection(":memory:", check_same_thread=False)
    atexit.register(made.close)
    return made
