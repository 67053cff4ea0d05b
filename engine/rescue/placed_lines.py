"""Lines in rescue files with where they were first read, for sinks whose rows say it.

Such a line is an entry of a record, as public versions write them: one field with the line, and one that no sink
writes with its place. A bare line of such a file, which an older version or somebody's hand has left there, has the
file and its number as its place: the same in every recovery, as long as nobody renames the file or takes lines out.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.machine.records import PlacedLine, first_place
from engine.rescue.entries import HIDDEN, chars_entry, parse_entry
from engine.rescue.entry_items import PoisonEntryError

_PLACE = "wp_place"
_MARK = b'"wp_place"'


def placed_entry(line: bytes) -> bytes:
    """A line as it stands in a rescue file; one whose place nobody knows, or that is no text, stays bare."""
    place = first_place(line)
    try:
        text = line.decode() if place else ""
    except UnicodeDecodeError:
        place = ""
    if not place:
        return bytes(line)
    return chars_entry([("chars", "line", text), (HIDDEN, _PLACE, place)])


def placed_lines(lines: Sequence[bytes], path: str, root: str, first: int) -> list[PlacedLine]:
    """The lines of a rescue file below a root, the first of which has this number, with their places."""
    name = path.removeprefix(f"{root}/")
    return [_placed(line, f"{name}:{number}") for number, line in enumerate(lines, first)]


def _placed(line: bytes, otherwise: str) -> PlacedLine:
    if _MARK in line:
        try:
            entry = parse_entry(line)
        except PoisonEntryError:
            return PlacedLine.at(line, otherwise)
        places = [field.text for field in entry.fields if (field.type, field.name) == (HIDDEN, _PLACE)]
        if places:
            return PlacedLine.at(entry.line, places[0])
    return PlacedLine.at(line, otherwise)
