"""The lines of targets whose sinks write records: what was sent, of the fields that stand there.

Written from the formats of WarpParse's sinks (docs/projects.md): what it adds to a record, the event's id and the
source's key, is no part of the line; of the other fields the values, with a space between them, are the line.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from typing import Any

from engine.project.model import MISS, MONITOR, Project, RecordFormat, SinkConf

_FORMATS: tuple[RecordFormat, ...] = ("kv", "json", "csv", "proto-text")
_WHOLE = re.compile(r"\d{15,} (.*) \S+ \S+", re.DOTALL)  # without names: the event's id, the line, key and path
_ADDED = frozenset({"wp_event_id", "wp_src_key", "wp_src_ip", "access_source"})
_EVENT_ID = re.compile(r"\d{15,}")  # as the programs give them to records
_ADDED_BEHIND = 2  # the key and the path of the source
_PAIR = re.compile(r'([^\s:",]+): ("(?:\\"|[^"])*"|\[.*?\]|\{.*?\}|[^",\s][^",]*?)(?=, [^\s:",]+: | [^\s:",]+: |$)')


def records_in(project: Project) -> dict[str, RecordFormat]:
    """The targets that get records, by path, and their format; `miss` and `monitor` get none."""
    return {
        sink.path: sink.record_format
        for group in project.groups
        for sink in group.sinks
        if sink.path and _has_records(sink) and group.name not in (MISS, MONITOR)
    }


def _has_records(sink: SinkConf) -> bool:
    return sink.record_format in _FORMATS or (sink.record_format == "raw" and sink.whole)


def sent_lines(record_format: RecordFormat, lines: Iterable[bytes]) -> list[bytes]:
    """Stored lines as they were sent; what is no record stays as it is."""
    return [_sent(record_format, line) for line in lines]


def target_as_sent(record_format: RecordFormat | None, data: bytes) -> bytes:
    """What a target has, its lines as they were sent; a torn end stays as it is, and all without a format."""
    if record_format is None:
        return data
    *lines, torn = data.split(b"\n")
    return b"".join(line + b"\n" for line in sent_lines(record_format, lines)) + torn


def _sent(record_format: RecordFormat, line: bytes) -> bytes:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return line
    match record_format:
        case "kv":
            values = _of_pairs(text)
        case "proto-text":
            values = _of_pairs(text[2:-2]) if text.startswith("{ ") and text.endswith(" }") else None
        case "json":
            values = _of_json(text)
        case "raw":
            found = _WHOLE.fullmatch(text)
            values = None if found is None else [found[1]]
        case "csv":
            values = _without_added(next(csv.reader([text]), []))
        case _:
            values = None
    return line if values is None else " ".join(values).encode()


def _of_pairs(text: str) -> list[str] | None:
    """The values of `name: value` pairs, with a comma or a space between them; None where it is something else."""
    pairs = list(_PAIR.finditer(text))
    if not pairs or pairs[0].start() or pairs[-1].end() != len(text):
        return None
    return [_plain(pair[2]) for pair in pairs if pair[1] not in _ADDED]


def _plain(value: str) -> str:
    return value[1:-1].replace('\\"', '"') if value.startswith('"') else value


def _of_json(text: str) -> list[str] | None:
    try:
        pairs = json.loads(text, object_pairs_hook=lambda pairs: pairs)
    except (ValueError, RecursionError):
        return None
    if not text.startswith("{"):
        return None
    return [_written(value) for name, value in pairs if name not in _ADDED]


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(dict(value) if isinstance(value, list) and value and isinstance(value[0], tuple) else value)


def _without_added(values: list[str]) -> list[str]:
    """The values of a record without names: what is added stands around the others."""
    if len(values) > _ADDED_BEHIND + 1 and _EVENT_ID.fullmatch(values[0]):
        return values[1:-_ADDED_BEHIND]
    return values
