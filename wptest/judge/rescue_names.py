"""What the names and contents of rescue files say: the oracle's own reading, and none of the engine's.

A file is called `<sink>-YYYY-MM-DD_HH:MM:SS[-<n>].dat`, with `.lock` behind it while it is written. What lies
between the rescue root and the name belongs to the sink's: `group/[0]-...` is of the sink `[0]` of `group`. Lines
that are not text, or that the sink refuses, are kept beside it, in `....quarantine`; those that were refused before
they were in a rescue file are kept in one that is named alike.

Where each line of such a file is an entry of JSON, that is an object: of the kind `raw` with a text, or of the kind
`record` with items, each of which has a value in an object of its own, by its type. The line that is owed to a sink
is the text, or the values with a space between them. So it is with single lines elsewhere, of which another item of
the record says where they were first read.

The programs write these files and are judged by them. If they were read by the programs' own code, a name that is
wrong for writer and reader alike would look right.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from engine.kernel.by_identity import ByIdentity
from engine.machine import Machine
from engine.project.model import Project, SinkConf
from engine.storage.disk_port import read_all
from wptest.judge.line_counts import CountedLines, whole_lines
from wptest.judge.written_down.entry_values import text_of_value

_RELEASED = ".dat"
_LOCK = ".lock"
_QUARANTINE = ".quarantine"
_EVENT, _KEY = "wp_event_id", "wp_src_key"  # around the fields of a line
_PLACE = b'"wp_place"'  # beside a line, in an item that nobody writes to a target
_PLAIN = re.compile(rb'\{"version":1,"kind":"raw","raw":"([ !#-\[\]-~]*)"\}')  # a text in which nothing is escaped
_TIME = "%Y-%m-%d_%H:%M:%S"
_TIME_LENGTH = len("2025-10-04_01:59:20")
_LONGEST_NUMBER = 9


def has_released_name(path: str) -> bool:
    """Whether recovery takes a file of that name: it ends in `.dat`, and has something before that."""
    return path.endswith(_RELEASED) and not path.endswith(f"/{_RELEASED}") and path != _RELEASED


def has_locked_name(path: str) -> bool:
    """Whether a file of that name is being written, or was when its writer died."""
    return path.endswith(_RELEASED + _LOCK)


def may_be_replayed(path: str) -> bool:
    """Whether a file of that name has lines that are sent, now or when its writer has ended."""
    return has_released_name(path) or has_locked_name(path)


def has_quarantine_name(path: str) -> bool:
    """Whether lines are kept there that are not text, or that a sink refuses."""
    return path.endswith(_QUARANTINE)


class RescueFileName(NamedTuple):
    """What the name of a rescue file says: whose lines it has, and the second at which it was made (UTC)."""

    sink: str
    time: datetime


class RescueFileNames:
    """Reads the names of files below a project's rescue root."""

    def __init__(self, project: Project) -> None:
        self.projects = [project]

    def follow(self, project: Project) -> None:
        """A program is started with this project; files that no sink of it is for may be an older one's."""
        self.projects[:] = [project, *(each for each in self.projects if each is not project)]

    def read(self, path: str) -> RescueFileName | None:
        """What a name says, with or without `.lock`; None where it is none of a rescue file."""
        root = f"{self.projects[0].rescue_root}/"
        name = path.removeprefix(root) if path.startswith(root) else path.rpartition("/")[2]
        name = name.removesuffix(_LOCK)
        if not name.endswith(_RELEASED):
            return None
        name = name.removesuffix(_RELEASED)
        without, _, number = name.rpartition("-")
        is_number = number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER
        return _named(name) or (_named(without) if is_number else None)

    def sink(self, path: str) -> SinkConf | None:
        """The sink that a file is for; None where its name is none, or there never was such a sink.

        Of projects that programs were started with, the latest has the first word. The name is the sink's id or
        its full name. In a directory that is no group's it may be the id alone.
        """
        name = self.read(path)
        if name is None:
            return None
        return next((found for each in self.projects if (found := _sinks_of(each).of(name)) is not None), None)

    def is_known_now(self, path: str) -> bool:
        """Whether the latest project has a sink of that file."""
        name = self.read(path)
        return name is not None and _sinks_of(self.projects[0]).of(name) is not None

    def replicas(self, sink: str) -> int:
        """How often a sink's group is there."""
        groups = (group for project in self.projects for group in project.groups)
        return next((group.parallel for group in groups if any(each.id == sink for each in group.sinks)), 1)

    def target(self, path: str) -> str:
        """The target of a file's lines: its sink's path or id; the name's or the whole path where there is none."""
        sink = self.sink(path)
        if sink is not None:
            return sink.path or sink.id
        name = self.read(path)
        return path if name is None else name.sink


class _Sinks:
    """The sinks of a project, by what files may be named after; the first one where there are several."""

    def __init__(self, project: Project) -> None:
        self._by_id = {sink.id: sink for sink in reversed(project.sinks)}
        self._by_full_name = {sink.full_name: sink for sink in reversed(project.sinks)}
        self._directories = {sink.full_name.rpartition("/")[0] for sink in project.sinks}

    def of(self, name: RescueFileName) -> SinkConf | None:
        """The sink of a file of that name."""
        plain = name.sink.strip("/")
        found = self._by_id.get(plain) or self._by_full_name.get(plain)
        directory, _, last = name.sink.rpartition("/")
        return found or (None if directory in self._directories else self._by_id.get(last))


_sinks_of = ByIdentity(_Sinks)


@lru_cache(maxsize=4096)  # exploring asks for the same few names in each of thousands of runs
def _named(name: str) -> RescueFileName | None:
    before, time = name[:-_TIME_LENGTH], name[-_TIME_LENGTH:]
    sink = before.removesuffix("-")
    if not sink or sink == before or not time.isascii():
        return None
    try:
        return RescueFileName(sink, datetime.strptime(time, _TIME))  # noqa: DTZ007 - compared with UTC without a zone
    except ValueError:
        return None


def released_name(path: str) -> str:
    """What a rescue file is called when its writer is done with it."""
    return path.removesuffix(_LOCK)


def rescue_bytes(machine: Machine, path: str) -> bytes:
    """What a rescue file has, with its lines as their sink gets them; what is no entry stays as it is."""
    return as_sent(machine, read_all(machine.disk, path))


def lines_of(machine: Machine, path: str) -> bytes:
    """The same, without a torn end where it is locked: its writer goes on, or it is cut off."""
    data = rescue_bytes(machine, path)
    return whole_lines(data) if has_locked_name(path) else data


def as_sent(machine: Machine, data: bytes) -> bytes:
    """What of a rescue file its sink gets."""
    if machine.behaviour.rescue_lines == "entries":
        return b"\n".join(map(_line, data.split(b"\n")))
    return b"\n".join(map(_bare, data.split(b"\n"))) if _PLACE in data else data


def _bare(line: bytes) -> bytes:
    """A line without the place where it was first read."""
    return _line(line) if _PLACE in line else line


def _line(line: bytes) -> bytes:
    if (plain := _PLAIN.fullmatch(line)) is not None:
        return plain[1]
    try:
        entry = json.loads(line)
        match entry["kind"]:
            case "raw":
                return str(entry["raw"]).encode()
            case "record":
                return " ".join(text_of_value(item["value"]) for item in _sent(entry["record"]["items"])).encode()
            case _:
                return line
    except (ValueError, TypeError, KeyError, AttributeError, StopIteration, RecursionError):
        return line


def _sent(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The fields of a line, without what real versions add around them where no model takes it away."""
    items = [item for item in items if item["meta"] != "ignore"]
    names = [item["name"] for item in items]
    if names[:1] != [_EVENT] or _KEY not in names[2:]:
        return items
    return items[1 : names.index(_KEY, 2)]  # the key of the source, and its tags, and those of a sink behind it


def quarantine_of(path: str) -> str:
    """Where lines of a released rescue file go that are not text, or that its sink refuses."""
    return path.removesuffix(_RELEASED) + _QUARANTINE


def rescue_file_of(quarantine: str) -> str:
    """The rescue file whose lines a quarantine has."""
    return quarantine.removesuffix(_QUARANTINE) + _RELEASED


class PutAside(NamedTuple):
    """A line in quarantine, and why its sink refuses it: nothing where it is not text."""

    line: bytes
    reason: str


def quarantined(machine: Machine, path: str) -> list[bytes]:
    """The lines that a quarantine has."""
    return [each.line for each in put_aside(machine, path)]


def put_aside(machine: Machine, path: str) -> list[PutAside]:
    """The same, with the reasons; what is torn or something else is no line."""
    data = read_all(machine.disk, path)
    return list(_put_aside(machine, data)) if data else []


def quarantined_in(machine: Machine, data: bytes) -> CountedLines:
    """The lines that the content of a quarantine has."""
    return Counter(each.line for each in _put_aside(machine, data))


def _put_aside(machine: Machine, data: bytes) -> Iterator[PutAside]:
    for written in data.split(b"\n"):
        try:
            entry = json.loads(written)
            is_live = "sink" in entry  # it was refused before it was in a rescue file, and is there as it came
            if isinstance(0 if is_live else entry["line"], int):
                line = entry["latin1"].encode("latin-1")
                sent = _bare(line) if is_live else as_sent(machine, line)
                yield PutAside(sent, str(entry.get("reason", "")))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue
