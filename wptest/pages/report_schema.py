"""The JSON Schema of a report: made from the types of the document, shipped as a file.

`python -m wptest.pages.report_schema --write` writes the file, `--check` proves that it is what the types make.
What each key means is what the docstring of its type says below `Attributes:`.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wptest.document.document_json import adapter
from wptest.document.record import Record
from wptest.pages.generated import write_or_check

REPORT_SCHEMA_FILE = Path(__file__).parents[1] / "schema" / "report.schema.json"

_Node = dict[str, Any]
_ENTRY = re.compile(r"(\w+): (.*)")


def report_schema() -> _Node:
    """The schema, as plain data."""
    raw = adapter().json_schema(mode="serialization")
    types = {each.__name__: each for each in _types(Record)}
    parts = {name: _described(part, types[name]) for name, part in raw.pop("$defs").items()}
    root = _described(raw, types[raw["title"]])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **root,
        "title": "wptest report",
        "$defs": dict(sorted(parts.items())),
    }


def report_schema_text() -> str:
    """The schema as its file has it."""
    return json.dumps(report_schema(), indent=1, ensure_ascii=True) + "\n"


def _types(of: type[Record]) -> Iterator[type[Record]]:
    for each in of.__subclasses__():
        yield each
        yield from _types(each)


def _described(node: _Node, of: type[Record]) -> _Node:
    """A type's part of the schema: every key is written, and says what it means."""
    summary, keys = _docstring(of)
    properties = {name: _property(part, keys.get(name, "")) for name, part in node["properties"].items()}
    return {"description": summary, "type": "object", "properties": properties, "required": list(properties)}


def _property(node: _Node, meaning: str) -> _Node:
    plain = {key: value for key, value in node.items() if key not in ("title", "default")}
    return {"description": meaning, **plain} if meaning else plain


def _docstring(of: type[Record]) -> tuple[str, dict[str, str]]:
    """What a type is, and what each of its keys means."""
    said, _, attributes = inspect.cleandoc(of.__doc__ or "").partition("\nAttributes:\n")
    keys: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc(attributes).splitlines():
        if (entry := _ENTRY.fullmatch(line)) is not None:
            name = entry[1]
            keys[name] = entry[2]
        else:
            keys[name] += f" {line.strip()}"
    return " ".join(said.split()), keys


if __name__ == "__main__":
    raise SystemExit(write_or_check("The JSON Schema of a report.", REPORT_SCHEMA_FILE, report_schema_text))
