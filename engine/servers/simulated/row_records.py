"""Changes as the lines of a server's file: each with a checksum, so that a torn one is told from a whole one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from engine.rows.row_table import ColumnValue, TableRow
from engine.servers.table_state import ChangeUnit, Learn, Put, Remember, RowGone, TableChange

_BYTES = "b"  # the one key of what stands for bytes, which JSON hasn't
_OTHERS: Mapping[str, type[RowGone | Learn | Remember]] = {"gone": RowGone, "learn": Learn, "remember": Remember}
_NAMES = {type_: name for name, type_ in _OTHERS.items()}
_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


def as_record(unit: ChangeUnit) -> bytes:
    """One unit as a line."""
    text = _encode([_plain(change) for change in unit]).encode()
    return b"%08x %s\n" % (crc32(text), text)


def units_in(data: bytes) -> tuple[list[ChangeUnit], bool]:
    """The units of a file, and whether all of it is whole: a line of which a part is missing is left out."""
    lines = data.split(b"\n")
    units = [unit for unit in map(_unit, lines[:-1]) if unit is not None]
    return units, len(units) == len(lines) - 1 and not lines[-1]


def units_before_damage(data: bytes) -> tuple[list[ChangeUnit], bool]:
    """The same of a file that is written in order: behind the first line that isn't whole nothing counts."""
    units = list[ChangeUnit]()
    lines = data.split(b"\n")
    for line in lines[:-1]:
        unit = _unit(line)
        if unit is None:
            return units, False
        units.append(unit)
    return units, not lines[-1]


def as_json_value(value: ColumnValue) -> object:
    """A value as JSON can have it."""
    return {_BYTES: value.hex()} if isinstance(value, bytes) else value


def _unit(line: bytes) -> ChangeUnit | None:
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % crc32(text):
        return None
    return tuple(_change(*each) for each in json.loads(text))


def _plain(change: TableChange) -> list[object]:
    if isinstance(change, Put):
        return ["put", change.number, _values(change.key), _values(change.row), _values(change.sent)]
    return [_NAMES[type(change)], *change]


def _values(row: TableRow | None) -> object:
    if row is None or bytes not in map(type, row):
        return row
    return [as_json_value(value) for value in row]


def _change(kind: str, *rest: Any) -> TableChange:
    if kind != "put":
        return _OTHERS[kind](*rest)
    number, key, row, sent = rest
    made = _row(row)
    assert made is not None, "there is no change without a row"
    return Put(number, _row(key), made, _row(sent))


def _row(values: Sequence[Any] | None) -> TableRow | None:
    if values is None:
        return None
    return tuple(bytes.fromhex(value[_BYTES]) if isinstance(value, dict) else value for value in values)
