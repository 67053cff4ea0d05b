"""An entry without anything that JSON escapes is written and read without its JSON, and no otherwise."""

from __future__ import annotations

import json

from hypothesis import example, given
from hypothesis import strategies as st

from engine.rescue.entries import RescueEntry, parse_entry, raw_entry
from engine.rescue.entry_items import PoisonEntryError
from wptest.judge.rescue_names import _line

TEXTS = st.text(st.characters(max_codepoint=0x17F, exclude_characters="\n"), max_size=8)


def by_its_json(line: bytes) -> str | None:
    """The text of an entry of the kind `raw`, as JSON says; None where it is none."""
    try:
        entry = json.loads(line.decode())
        return entry["raw"] if entry["kind"] == "raw" and isinstance(entry["raw"], str) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def parsed(line: bytes) -> RescueEntry | None:
    try:
        return parse_entry(line)
    except PoisonEntryError:
        return None


@given(TEXTS)
@example("")
@example('a "quoted" \\ word')
@example("\x7f\x1f")
def test_what_is_written_is_what_is_read(text: str) -> None:
    entry = raw_entry(text.encode())
    assert by_its_json(entry) == text
    assert parse_entry(entry).line == _line(entry) == text.encode()


@given(TEXTS, st.integers(0, 50), st.text(st.sampled_from('"\\{}[]:, x\t'), max_size=3))
def test_what_is_damaged_is_read_as_its_json_says(text: str, place: int, damage: str) -> None:
    entry = raw_entry(text.encode())
    damaged = entry[:place] + damage.encode() + entry[place + len(damage) :]
    known, found = by_its_json(damaged), parsed(damaged)
    if found is not None and found.kind == "raw":
        assert found.raw == known
    assert known is None or _line(damaged) == known.encode()
