"""How real versions write a record into a target, by the `fmt` of its sink: here the line is its one field, `msg`.

The values of a record's fields are written with their names (`kv`, `json`, `proto-text`) or without (`csv`, `raw`).
Around the line stands what was added to it, where no model has taken that away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple

from engine.machine.records import Added, FieldlessLine
from engine.project.model import RecordFormat

_FIELD, _RAW = "msg", "raw"
_EVENT, _KEY, _PATH = Added._fields
_QUOTED = '"%s"'
_TO_QUOTE = re.compile('[,"\r\n]')

_Pairs = Sequence[tuple[str, str | int]]


class RecordForm(NamedTuple):
    """One format: what is written for a record's fields, and the line that something written was made of."""

    written: Callable[[_Pairs], str]
    sent: Callable[[str], str]

    def write(self, lines: Sequence[bytes], added: Iterable[Added | None] = repeat(None)) -> list[bytes]:
        """What is written for lines and what was added to each; bytes that are no text become U+FFFD."""
        return [self.written(_fields(line, more)).encode() for line, more in zip(lines, added, strict=False)]

    def read(self, data: bytes) -> bytes:
        """What stands in a target, its lines as they were sent; a torn end stays as it is."""
        *lines, torn = data.split(b"\n")
        return b"".join(self.sent(line.decode(errors="replace")).encode() + b"\n" for line in lines) + torn


def form_of(record_format: RecordFormat, *, whole: bool = False) -> RecordForm | None:
    """The form of a format; None where lines stand as they were sent.

    Args:
        record_format: the format.
        whole: records have what was added to their lines.
    """
    return None if record_format == "raw" and not whole else _FORMS.get(record_format)


def _fields(line: bytes, added: Added | None) -> _Pairs:
    name = _RAW if isinstance(line, FieldlessLine) else _FIELD
    field = (name, line.decode(errors="replace"))
    if added is None:
        return [field]
    event, key, path = added
    return [(_EVENT, event), field, (_KEY, key), (_PATH, path)]


def _escaped(value: str | int) -> str:
    return str(value) if isinstance(value, int) else _QUOTED % value.replace('"', '\\"')


def _to_csv(value: str | int) -> str:
    text = str(value)
    return _QUOTED % text.replace('"', '""') if _TO_QUOTE.search(text) else text


def _named(pairs: _Pairs) -> list[str]:
    return [f"{name}: {_escaped(value)}" for name, value in pairs]


def _of_json(written: str) -> str:
    try:
        told = json.loads(written)
    except (ValueError, RecursionError):
        return written
    line = told.get(_FIELD, told.get(_RAW)) if isinstance(told, dict) else None
    return line if isinstance(line, str) else written


def _reader(escaped: str, *patterns: str) -> Callable[[str], str]:
    """Reads the line out of what one of the patterns matches; anything else is the line itself."""
    known = [re.compile(pattern, re.DOTALL) for pattern in patterns]

    def sent(written: str) -> str:
        found = next(filter(None, (pattern.fullmatch(written) for pattern in known)), None)
        return written if found is None else found[1].replace(escaped, '"')

    return sent


_NAME = f"(?:{_FIELD}|{_RAW})"
_FORMS: Mapping[RecordFormat, RecordForm] = {
    "raw": RecordForm(
        lambda pairs: " ".join(str(value) for _, value in pairs),
        _reader('"', r"\d{15,} (.*) \S+ \S+"),
    ),
    "kv": RecordForm(
        lambda pairs: ", ".join(_named(pairs)),
        _reader(
            '\\"',
            rf'{_EVENT}: \d+, {_NAME}: "(.*)", {_KEY}: "[^"]*", {_PATH}: "[^"]*"',
            rf'{_NAME}: "(.*)"',
        ),
    ),
    "json": RecordForm(lambda pairs: json.dumps(dict(pairs), separators=(",", ":"), ensure_ascii=False), _of_json),
    "csv": RecordForm(
        lambda pairs: ",".join(_to_csv(value) for _, value in pairs),
        _reader('""', r'\d{15,},"(.*)",[^,]*,[^,]*', r'\d{15,},([^,"]*),[^,]*,[^,]*', r'"(.*)"'),
    ),
    "proto-text": RecordForm(
        lambda pairs: f"{{ {' '.join(_named(pairs))} }}",
        _reader(
            '\\"',
            rf'\{{ {_EVENT}: \d+ {_NAME}: "(.*)" {_KEY}: "[^"]*" {_PATH}: "[^"]*" \}}',
            rf'\{{ {_NAME}: "(.*)" \}}',
        ),
    ),
}
