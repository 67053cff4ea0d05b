"""Lines of which more is known than their bytes: what public versions add to one, or that it was never parsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

from engine.machine.program import Program


class Added(NamedTuple):
    """What `wparse` adds to the fields of a line, by the names it has there: event, source's key, input's path."""

    wp_event_id: int
    wp_src_key: str
    access_source: str


class FieldlessLine(bytes):
    """A line of which a filter sees no field: it has never been parsed, or what was parsed is gone."""


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
    source = program.project.source
    for line in lines:
        if isinstance(line, WholeLine):
            yield line.added
        elif program.name == "wparse":
            yield Added(program.next_event(), source.key, source.path)
        else:
            yield None
