"""Rows of tables that say where their lines were first read: whether such a line is there.

The oracle's own reading of `.run/wparse.inputs` and of the rescue files whose replays it has seen. A file that it
doesn't know any more says nothing, nor do programs that change lines as they read them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from engine.machine import Machine
from engine.servers.on_machine import servers_on
from engine.storage.disk_port import read_all
from wptest.judge.history import History
from wptest.judge.ledger import Ledger
from wptest.judge.line_counts import NONE, split_lines
from wptest.text.wording import line_text

_INPUTS = ".run/wparse.inputs"
_CHANGING = frozenset({"input_bytes", "input_line_end", "input_blanks", "left_of_line", "line_end"})


class MisplacedRow(NamedTuple):
    """A row's line, the place that the row says, and what is there."""

    line: bytes
    place: str
    there: str


def misplaced(machine: Machine, ledger: Ledger, history: History, target: str) -> list[MisplacedRow]:
    """The rows of a table whose lines are not where they say to come from, oldest first; none of other targets."""
    placed = servers_on(machine).placed_lines(target) if target in ledger.inventory.tables else []
    if not placed or not _CHANGING.isdisjoint(machine.behaviour.changes()):
        return []
    files = _Files(machine, ledger, history)
    owed = ledger.dues.lines().get(target, NONE)
    found = []
    for place, line in placed:
        there = files.lines(place)
        if there and line not in there and line in owed:  # what nobody is owed is told as that
            what = f"there is: {line_text(there[-1])}" if there[-1] else "there is no line"
            found.append(MisplacedRow(line, place, what))
    return found


class _Files:
    """What files had, as far as it is known: one that was cut had something else before."""

    def __init__(self, machine: Machine, ledger: Ledger, history: History) -> None:
        self._machine = machine
        self._ledger = ledger
        self._history = history
        self._known: dict[str, list[list[bytes]]] = {}

    def lines(self, place: str) -> list[bytes]:
        """The lines at a place, each empty where there is none; nothing where nobody knows the file any more."""
        name, _, number = place.rpartition(":")
        if name not in self._known:
            self._known[name] = list(self._contents(name))
        at = int(number) - 1 if number.isdecimal() else -1
        return [lines[at] if 0 <= at < len(lines) else b"" for lines in self._known[name]]

    def _contents(self, name: str) -> Iterator[list[bytes]]:
        if name.isdecimal():
            yield from map(split_lines, self._ledger.dues.inputs.contents(self._number(int(name))))
        else:
            path = f"{self._ledger.projects[0].rescue_root}/{name}"
            yield from (each.lines for each in self._history.replays if each.path == path)

    def _number(self, name: int) -> int:
        """The number of the file of that name; 0 where nobody knows it."""
        try:
            known = json.loads(read_all(self._machine.disk, _INPUTS))
            return next((int(each["file"]) for each in known if int(each["name"]) == name), 0)
        except (ValueError, TypeError, KeyError, RecursionError):
            return 0
