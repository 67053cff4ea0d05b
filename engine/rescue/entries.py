"""The entries of rescue files as public versions of WarpParse write them: an object of JSON for each line.

An entry has a whole `record`, the fields that a line was parsed into, or a `raw` text. What a sink that writes
lines as they came (format `raw`) makes of a record is its values with a space between them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from engine.behaviour import Behaviour
from engine.machine.records import Added, WholeLine
from engine.project.wpl import WplRule
from engine.rescue.entry_items import EntryField, PoisonEntryError, field_of, item_number, item_text
from engine.rescue.name import is_locked_name, is_released
from engine.storage.disk_port import Disk, write_all

RECORD, RAW = "record", "raw"
_VERSION = 1
_MOST_VERSION, _MOST_ID = 255, (1 << 64) - 1
PLACE = "wp_place"  # the field that says where a line was first read
HIDDEN = "ignore"  # the type of a field that no sink writes


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


# Most entries of files with a million lines, without a look at their JSON: texts in which nothing is escaped.
_AS_IT_IS = re.compile(rb"[ !#-\[\]-~]*")
_PLAIN = re.compile(rb'\{"version":1,"kind":"raw","raw":"(%b)"\}' % _AS_IT_IS.pattern)
_ONCE = frozenset({"version", "kind", "raw", "record", "id", "items", "meta", "name", "value"})


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON; what an entry knows of stands there once."""
    told = dict(pairs)
    if len(told) < len(pairs) and not _ONCE.isdisjoint(Counter(key for key, _ in pairs) - Counter(told.keys())):
        raise ValueError("a key stands there twice")
    return told


_DECODER = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_each_once)


@dataclass(frozen=True, slots=True)
class RescueEntry:
    """What one line of a rescue file holds: the `fields` of a record, or a `raw` text."""

    kind: str
    raw: str = ""
    fields: tuple[EntryField, ...] = ()

    @property
    def line(self) -> bytes:
        """The line as it was sent; a whole record is one with what was added to it."""
        if self.kind == RAW:
            return self.raw.encode()
        fields = [field for field in self.fields if field.type != HIDDEN]
        names = [field.name for field in fields]
        event, key, path = Added._fields
        if names[:1] != [event] or not fields[0].text.isdecimal() or key not in names[2:] or path not in names:
            return _joined(fields)
        end = names.index(key, 2)  # behind it are tags as well, which are not kept
        added = Added(int(fields[0].text), fields[end].text, fields[names.index(path)].text)
        return WholeLine.of(_joined(fields[1:end]), added)


def record_entry(line: bytes, added: Added | None = None, rule: WplRule | None = None, place: str = "") -> bytes:
    """The entry for a line that is a record of its words, or of one field, and of what was `added` to it.

    The entry's id is that of the event where that was added, and 0 behind a model, which makes another record. JSON
    holds text only: bytes that are none become replacement characters. What a `hex` field of the line holds stands
    there hidden, as it is in the line already; so does where it was first read, for sinks whose rows say it.
    """
    items = _parsed(line.decode(errors="replace"), rule)
    if rule is not None and rule.has_hex:
        items.append(_item(HIDDEN, "hex", "Hex", 0))
    if place:
        items.append(_item(HIDDEN, PLACE, "Chars", place))
    number = 0
    if added is not None:
        event, key, path = Added._fields
        items.insert(0, _item("digit", event, "Digit", added.wp_event_id))
        items += [
            _item("chars", key, "Chars", added.wp_src_key),
            _item("chars", path, "Chars", added.access_source),
        ]
        number = added.wp_event_id
    return _written({"kind": RECORD, "record": {"id": number, "items": items}})


def chars_entry(fields: Sequence[tuple[str, str, str]]) -> bytes:
    """The entry of a record with these fields: the type, the name and the text of each."""
    items = [_item(type_, name, "Chars", text) for type_, name, text in fields]
    return _written({"kind": RECORD, "record": {"id": 0, "items": items}})


def _item(type_: str, name: str, kind: str, value: str | int) -> dict[str, Any]:
    return {"meta": type_, "name": name, "value": {kind: value}}


def _joined(fields: Sequence[EntryField]) -> bytes:
    return " ".join(field.text for field in fields).encode()


def _parsed(line: str, rule: WplRule | None) -> list[dict[str, Any]]:
    words = line.split(" ")
    if rule is None or len(words) != len(rule.fields) or not all(words):
        return [_item("chars", "msg", "Chars", line)]
    return [
        _item(type_, name, type_.capitalize(), word) for (type_, name), word in zip(rule.fields, words, strict=True)
    ]


def raw_entry(line: bytes) -> bytes:
    """The entry for a text that is no record."""
    if _AS_IT_IS.fullmatch(line):
        return b'{"version":1,"kind":"raw","raw":"%b"}' % line
    return _written({"kind": RAW, "raw": line.decode(errors="replace")})


@lru_cache(maxsize=512)  # whoever replays a file looks at each line of a unit, and then at its line again
def parse_entry(line: bytes) -> RescueEntry:
    """Read a line of a rescue file, without its end.

    Raises:
        PoisonEntryError: it is none that a recovery of WarpParse can read, one that it has written itself included:
            values of the type `hex` are too wide for the way in which it reads them.
    """
    if (plain := _PLAIN.fullmatch(line)) is not None:
        return RescueEntry(RAW, raw=plain[1].decode())
    told = _told(line)
    if b'"Hex"' in line and _has_hex(told):
        raise PoisonEntryError("an item's Hex has 128 bits")
    return _entry(told)


def plain_line(line: bytes) -> bytes:
    """The line that an entry holds, one that no recovery can read included; what is no entry stays as it is."""
    if not line.startswith(b"{"):
        return line
    try:
        return _entry(_told(line.rstrip(b"\r"))).line
    except PoisonEntryError:
        return line


def write_by_hand(
    disk: Disk, behaviour: Behaviour, path: str, rescue_root: str, data: bytes, *, behind: bool = False
) -> None:
    """Write lines as somebody outside the programs would: in a rescue file as entries, if such files have them."""
    is_rescue_file = path.startswith(f"{rescue_root}/") and (is_released(path) or is_locked_name(path))
    has_entries = is_rescue_file and behaviour.rescue_lines == "entries"
    write_all(disk, path, as_entries(data) if has_entries else data, behind=behind)


def as_entries(data: bytes) -> bytes:
    """Lines in entries; what is no text, or an entry already, stays as it is."""
    return b"\n".join(raw_entry(line) if _is_bare(line) else line for line in data.split(b"\n"))


def _is_bare(line: bytes) -> bool:
    try:
        return bool(line.strip()) and bool(line.decode()) and plain_line(line) == line
    except UnicodeDecodeError:
        return False


def _told(line: bytes) -> dict[str, Any]:
    try:
        told = _DECODER.decode(line.decode())
    except (ValueError, RecursionError) as error:
        raise PoisonEntryError(str(error)) from None
    if not isinstance(told, dict):
        raise PoisonEntryError("it is no object")
    return told


def _entry(told: dict[str, Any]) -> RescueEntry:
    item_number(told.get("version", _VERSION), 0, _MOST_VERSION, "version")
    match told.get("kind"):
        case "raw":
            return RescueEntry(RAW, raw=item_text(told.get("raw"), "raw"))
        case "record":
            return RescueEntry(RECORD, fields=_fields(told.get("record")))
        case kind:
            raise PoisonEntryError(f"its kind is {kind}")


def _has_hex(told: Any) -> bool:
    match told:
        case {"Hex": _}:
            return True
        case dict():
            return any(map(_has_hex, told.values()))
        case list():
            return any(map(_has_hex, told))
        case _:
            return False


def _written(payload: Mapping[str, Any]) -> bytes:
    return json.dumps({"version": _VERSION, **payload}, separators=(",", ":"), ensure_ascii=False).encode()


def _fields(record: Any) -> tuple[EntryField, ...]:
    if not isinstance(record, dict) or not isinstance(record.get("items"), list):
        raise PoisonEntryError("its record has no items")
    item_number(record.get("id"), 0, _MOST_ID, "record's id")
    return tuple(map(field_of, record["items"]))
