"""The lines of targets whose sinks write records: what was sent, of the fields that stand there.

Written from the formats of WarpParse's sinks (docs/projects.md): what it adds to a record, the event's id, the
source's key and tags, is no part of the line; the values of the other fields are, with a space between them.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from engine.project.model import MISS, MONITOR, GroupConf, Project, RecordFormat, SinkConf
from wptest.judge.written_down.added_fields import AddedFields, added_in
from wptest.judge.written_down.miss_records import missed_lines

_FORMATS: tuple[RecordFormat, ...] = ("kv", "json", "csv", "proto-text")
_PAIR = re.compile(r'([^\s:",]+): ("(?:\\"|[^"])*"|\[.*?\]|\{.*?\}|[^",\s][^",]*?)(?=, [^\s:",]+: | [^\s:",]+: |$)')


class StoredAs(NamedTuple):
    """How the records of a target stand there.

    Attributes:
        record_format: their format.
        added: what may be added to the fields of a line.
        is_missed: they say of each line why no rule takes it.
    """

    record_format: RecordFormat
    added: AddedFields = AddedFields()
    is_missed: bool = False


def records_in(project: Project) -> dict[str, StoredAs]:
    """The targets that get records of lines, by path, and how these stand there; `miss` and `monitor` get none."""
    return {
        sink.path: StoredAs(sink.record_format, added_in(project, group))
        for group in project.groups
        for sink in group.sinks
        if sink.path and _has_records(sink, group) and group.name not in (MISS, MONITOR)
    }


def misses_in(project: Project) -> dict[str, StoredAs]:
    """The targets of lines that no rule takes, by path, where these are written with the reason."""
    return {
        sink.path: StoredAs(sink.record_format, is_missed=True)
        for group in project.groups
        for sink in group.sinks
        if sink.path and group.name == MISS
    }


def _has_records(sink: SinkConf, group: GroupConf) -> bool:
    is_more = sink.whole or any(each.tags for each in group.sinks)
    return sink.record_format in _FORMATS or (sink.record_format == "raw" and is_more)


def sent_lines(stored_as: StoredAs, lines: Iterable[bytes]) -> list[bytes]:
    """Stored lines as they were sent; what is no record stays as it is."""
    if stored_as.is_missed:
        return missed_lines(stored_as.record_format, lines)
    return [_sent(stored_as, line) for line in lines]


def target_as_sent(stored_as: StoredAs | None, data: bytes) -> bytes:
    """What a target has, its lines as they were sent; a torn end stays as it is, and all without a format."""
    if stored_as is None:
        return data
    *lines, torn = data.split(b"\n")
    return b"".join(line + b"\n" for line in sent_lines(stored_as, lines)) + torn


def _sent(stored_as: StoredAs, line: bytes) -> bytes:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return line
    names = stored_as.added.names
    match stored_as.record_format:
        case "kv":
            values = _of_pairs(text, names)
        case "proto-text":
            values = _of_pairs(text[2:-2], names) if text.startswith("{ ") and text.endswith(" }") else None
        case "json":
            values = _of_json(text, names)
        case "raw":
            values = stored_as.added.without(text.split(" "))
        case "csv":
            values = stored_as.added.without(next(csv.reader([text]), []))
        case _:
            values = None
    return line if values is None else " ".join(values).encode()


def _of_pairs(text: str, added: frozenset[str]) -> list[str] | None:
    """The values of `name: value` pairs, with a comma or a space between them; None where it is something else."""
    pairs = list(_PAIR.finditer(text))
    if not pairs or pairs[0].start() or pairs[-1].end() != len(text):
        return None
    return [_plain(pair[2]) for pair in pairs if pair[1] not in added]


def _plain(value: str) -> str:
    return value[1:-1].replace('\\"', '"') if value.startswith('"') else value


def _of_json(text: str, added: frozenset[str]) -> list[str] | None:
    try:
        pairs = json.loads(text, object_pairs_hook=lambda pairs: pairs)
    except (ValueError, RecursionError):
        return None
    if not text.startswith("{"):
        return None
    return [_written(value) for name, value in pairs if name not in added]


def _written(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(dict(value) if isinstance(value, list) and value and isinstance(value[0], tuple) else value)
