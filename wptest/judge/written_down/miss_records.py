"""The lines of records that real versions write for lines that no rule takes (D33), as they were sent.

Written from docs/behaviours.md and what was seen of the programs: a record is a text of several lines, of which the
line stands behind the one that names its source. It stands there as it is, as the `raw` of JSON, or in quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from engine.project.model import RecordFormat

_SOURCE = re.compile(rb"src_key: .*\| data:", re.DOTALL)
# What stands around a line: its source, the rule that came farthest, and why that one failed.
_AROUND = re.compile(
    rb"src_key: .*\| data:|\[\d{4}-[^\]]* UTC\] target wpl: .*|no rule takes it|Error: \[.*|  -> .*|", re.DOTALL
)
# Where the text of such a record begins in quotes, and where it ends.
_QUOTED = re.compile(rb'^(?:\{ )?(?:raw: )?"(src_key: )|^"(?: \})?$')


def missed_lines(record_format: RecordFormat, lines: Iterable[bytes]) -> list[bytes]:
    """The lines that miss records have, of the lines that they are written in; what is no record stays as it is."""
    found, is_next = [], False
    for line in lines:
        for text in _texts(record_format, line):
            if is_next or not _AROUND.fullmatch(text):
                found.append(text)
                is_next = False
            else:
                is_next = _SOURCE.fullmatch(text) is not None
    return found


def _texts(record_format: RecordFormat, line: bytes) -> list[bytes]:
    """The lines of text that a line of such a record has."""
    match record_format:
        case "json":
            return _in_json(line)
        case "kv" | "proto-text":
            return [_QUOTED.sub(rb"\1", line).replace(rb"\"", b'"')]
        case "csv":
            return [_QUOTED.sub(rb"\1", line).replace(b'""', b'"')]
        case _:
            return [line]


def _in_json(line: bytes) -> list[bytes]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return [line]
    text = told.get("raw") if isinstance(told, dict) else None
    return text.encode(errors="replace").split(b"\n") if isinstance(text, str) else [line]
