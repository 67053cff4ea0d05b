"""Lines in rescue files with where they were first read, for sinks whose rows say it.

Such a line is an entry of a record, as public versions write them: one field with the line, and one that no sink
writes with its place. A bare line of such a file, which an older version or somebody's hand has left there, has the
file and its number as its place: the same in every recovery, as long as nobody renames the file or takes lines out.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.behaviour import REFERENCE, Behaviour
from engine.machine.records import PlacedLine, first_place
from engine.project.model import Project
from engine.rescue.entries import HIDDEN, PLACE, chars_entry, parse_entry, plain_line
from engine.rescue.entry_items import PoisonEntryError

_MARK = f'"{PLACE}"'.encode()


def wants_places(project: Project, sink: str, behaviour: Behaviour) -> bool:
    """Whether rows of those who get the lines of a sink's rescue files say where each was first read.

    These are the sink itself, or all sinks of its group where replays go to them (D7).
    """
    to_all = behaviour.replay_to == "whole_group" or behaviour.replay_way == "through_the_group"
    for group in project.groups:
        if any(each.id == sink for each in group.sinks):
            return any(each.wants_places for each in group.sinks if to_all or each.id == sink)
    return False


def placed_entry(line: bytes) -> bytes:
    """A line as it stands in a rescue file; one whose place nobody knows, or that is no text, stays bare."""
    place = first_place(line)
    try:
        text = line.decode() if place else ""
    except UnicodeDecodeError:
        place = ""
    if not place:
        return bytes(line)
    return chars_entry([("chars", "line", text), (HIDDEN, PLACE, place)])


def placed_lines(
    lines: Sequence[bytes], path: str, root: str, first: int, behaviour: Behaviour = REFERENCE
) -> list[PlacedLine]:
    """The lines of a rescue file below a root, the first of which has this number, with their places."""
    name, has_entries = path.removeprefix(f"{root}/"), behaviour.rescue_lines == "entries"
    return [_placed(line, f"{name}:{number}", is_entry=has_entries) for number, line in enumerate(lines, first)]


def _placed(line: bytes, otherwise: str, *, is_entry: bool) -> PlacedLine:
    if _MARK in line:
        try:
            entry = parse_entry(line)
        except PoisonEntryError:
            return PlacedLine.at(line, otherwise)
        places = [field.text for field in entry.fields if (field.type, field.name) == (HIDDEN, PLACE)]
        if places:
            return PlacedLine.at(entry.line, places[0])
    return PlacedLine.at(plain_line(line) if is_entry else line, otherwise)
