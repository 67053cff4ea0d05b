"""Lines of targets of real programs, as they were sent: what the programs add to them is taken off.

A sink with a format other than `raw` writes records. `default` has the fields that OML would leave out, `miss` a
record of several lines for each line: as they are, as one text of JSON, or in quotes. What else may stand in such a
file is left as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType

from engine.project.model import MISS, Project, RecordFormat
from wptest.judge.written_down.stored_records import records_in, sent_lines
from wptest.subject.dialect import Dialect

# The event's id, the line, and the source's key and path.
_OF_DEFAULT = re.compile(rb"\d+ (.*) \S+ \S+", re.DOTALL)
# What stands around a line that no rule takes: its source, the rule that came farthest, and why that one failed.
_OF_MISS = re.compile(rb"src_key: .*\| data:|\[\d{4}-[^\]]* UTC\] target wpl: .*|Error: \[.*|  -> .*|", re.DOTALL)
# Where the text of such a record begins in quotes, and where it ends.
_QUOTED = re.compile(rb'^(?:\{ )?(?:raw: )?"(src_key: )|^"(?: \})?$')

AsSent = Callable[[Iterable[bytes]], list[bytes]]


def readers_of_targets(dialect: Dialect, project: Project) -> Mapping[str, AsSent]:
    """How the lines of targets are read that have more than what was sent, by path."""
    if dialect.layout != "motor":
        return MappingProxyType({})
    sinks = [(group.name, sink) for group in project.groups if group.infra for sink in group.sinks if sink.path]
    aside: dict[str, AsSent] = {sink.target: _of_default for name, sink in sinks if name == "default"}
    aside |= {sink.target: partial(_of_miss, sink.record_format) for name, sink in sinks if name == MISS}
    return aside | {path: partial(sent_lines, each) for path, each in records_in(project).items()}


def _of_default(lines: Iterable[bytes]) -> list[bytes]:
    return [line if (match := _OF_DEFAULT.fullmatch(line)) is None else match[1] for line in lines]


def _of_miss(record_format: RecordFormat, lines: Iterable[bytes]) -> list[bytes]:
    texts = (text for line in lines for text in _texts(record_format, line))
    return [text for text in texts if _OF_MISS.fullmatch(text) is None]


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
