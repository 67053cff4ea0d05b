"""Values in YAML's flow style, as short as people write them: for messages and hover texts."""

from __future__ import annotations

import json
from typing import Any

_SPECIAL = {": ", " #", ",", "\n", "[", "]", "{", "}"}


def flow(value: Any) -> str:
    """`{sinks: {a: {}}}`, `[up 2s, down 2s]`, `"> 0"`."""
    match value:
        case dict():
            return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(flow, value)) + "]"
        case str():
            return value if _is_plain(value) else json.dumps(value)
        case _:
            return json.dumps(value)


def _is_plain(text: str) -> bool:
    return text[:1].isalnum() and not text.isdigit() and not any(part in text for part in _SPECIAL)
