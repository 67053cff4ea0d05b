"""How real versions write a record into a target, by the `fmt` of its sink: here the line is its one field, `msg`.

The values of a record's fields are written with their names (`kv`, `json`, `proto-text`) or without (`csv`, `raw`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from engine.project.model import RecordFormat

_FIELD = "msg"
_QUOTED = '"%s"'
_TO_QUOTE = re.compile('[,"\r\n]')


class RecordForm(NamedTuple):
    """One format: what is written for a line, and the line that something written was made of."""

    written: Callable[[str], str]
    sent: Callable[[str], str]

    def write(self, lines: Sequence[bytes]) -> list[bytes]:
        """What is written for lines; bytes that are no text become replacement characters."""
        return [self.written(line.decode(errors="replace")).encode() for line in lines]

    def read(self, data: bytes) -> bytes:
        """What stands in a target, its lines as they were sent; a torn end stays as it is."""
        *lines, torn = data.split(b"\n")
        return b"".join(self.sent(line.decode(errors="replace")).encode() + b"\n" for line in lines) + torn


def form_of(record_format: RecordFormat) -> RecordForm | None:
    """The form of a format; None where lines stand as they were sent."""
    return _FORMS.get(record_format)


def _unescaped(before: str, after: str, written: str) -> str:
    if written.startswith(f'{before}"') and written.endswith(f'"{after}'):
        return written[len(before) + 1 : -len(after) - 1].replace('\\"', '"')
    return written


def _of_json(written: str) -> str:
    try:
        told = json.loads(written)
    except (ValueError, RecursionError):
        return written
    line = told.get(_FIELD) if isinstance(told, dict) else None
    return line if isinstance(line, str) else written


def _of_csv(written: str) -> str:
    quoted = len(written) > 1 and written.startswith('"') and written.endswith('"')
    return written[1:-1].replace('""', '"') if quoted else written


def _to_csv(line: str) -> str:
    return _QUOTED % line.replace('"', '""') if _TO_QUOTE.search(line) else line


def _escaped(line: str) -> str:
    return _QUOTED % line.replace('"', '\\"')


_FORMS: Mapping[RecordFormat, RecordForm] = {
    "kv": RecordForm(lambda line: f"{_FIELD}: {_escaped(line)}", lambda text: _unescaped(f"{_FIELD}: ", "", text)),
    "json": RecordForm(
        lambda line: json.dumps({_FIELD: line}, separators=(",", ":"), ensure_ascii=False), _of_json
    ),
    "csv": RecordForm(_to_csv, _of_csv),
    "proto-text": RecordForm(
        lambda line: f"{{ {_FIELD}: {_escaped(line)} }}", lambda text: _unescaped(f"{{ {_FIELD}: ", " }", text)
    ),
}
