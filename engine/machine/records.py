"""Lines of which more is known than their bytes: what public versions add to one, or that it was never parsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

from engine.machine.program import Program
from engine.project.model import Project, SourceConf


class Added(NamedTuple):
    """What `wparse` adds to the fields of a line, by the names it has there: event, source's key, input's path."""

    wp_event_id: int
    wp_src_key: str
    access_source: str


class PlacedLine(bytes):
    """A line that knows where it was first read: of which file, and its number there. It makes it another line."""

    place = ""

    @classmethod
    def at(cls, line: bytes, place: str) -> Self:
        """The line, and its place; an empty one is none."""
        made = cls(line)
        made.place = place
        return made


def first_place(line: bytes) -> str:
    """Where a line was first read; empty where nobody knows."""
    return line.place if isinstance(line, PlacedLine) else ""


class FieldlessLine(PlacedLine):
    """A line of which a filter sees no field: it has never been parsed, or what was parsed is gone."""


class SourcedLine(PlacedLine):
    """A line of the input that knows its source, where a program reads several or its place is wanted."""

    source: SourceConf

    @classmethod
    def of(cls, line: bytes, source: SourceConf, place: str = "") -> Self:
        """The line, and where it was read."""
        made = cls.at(line, place)
        made.source = source
        return made


def source_of(line: bytes, project: Project) -> SourceConf:
    """Where a line was read."""
    return line.source if isinstance(line, SourcedLine) else project.source


def cut_to(line: bytes, left: bytes) -> bytes:
    """What is left of a line, which knows of its source what the line did."""
    return SourcedLine.of(left, line.source, line.place) if isinstance(line, SourcedLine) else left


def as_text(line: bytes) -> bytes:
    """A line whose bytes that are no text became replacement characters; the line itself where it has none."""
    text = line.decode(errors="replace").encode()
    return line if text == line else cut_to(line, text)


class WholeLine(bytes):
    """A line out of a rescue file's record that still has what was added to it."""

    added: Added

    @classmethod
    def of(cls, line: bytes, added: Added) -> Self:
        """The line, and what was added to it."""
        made = cls(line)
        made.added = added
        return made


def added_to(program: Program, lines: Sequence[bytes]) -> Iterator[Added | None]:
    """What stands around each line where no model takes it away: nothing around one that was never parsed."""
    for line in lines:
        if isinstance(line, WholeLine):
            yield line.added
        elif program.name == "wparse":
            source = source_of(line, program.project)
            yield Added(program.next_event(), source.key, source.path)
        else:
            yield None
