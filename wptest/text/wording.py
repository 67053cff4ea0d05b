"""Numbers, lines, values and unknown words as messages have them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.text.display import printable
from engine.text.mistake import suggest

_WIDEST = 200
_SPECIAL = {": ", " #", ",", "\n", "[", "]", "{", "}"}


def so_many(number: int, noun: str = "line") -> str:
    """A number of things: `1 line`, `2,000 lines`."""
    return f"{number:,} {noun}{'s' if number != 1 else ''}"


def every(nth: int) -> str:
    """How often, as a scenario writes it: `every 3rd`, or `all`."""
    ending = "th" if nth % 100 // 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(nth % 10, "th")
    return "all" if nth == 1 else f"every {nth}{ending}"


def line_text(line: bytes) -> str:
    """A line as text that isn't too long; bytes that are not UTF-8, and what can't be seen, are escaped."""
    text = printable(line.decode(errors="backslashreplace")) or "(an empty line)"
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}..."


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A help line that names the known word that `word` stands for or is nearest to, or None when none is near."""
    from wptest.text.synonyms import meant  # noqa: PLC0415 - of no use to files without mistakes

    names = tuple(known)
    return suggest(meant(word, names) or word, names)


def words_beside(module: str, name: str) -> dict[Any, Any]:
    """What a TOML file of ours says, which stands beside a module of that `__file__`."""
    import tomllib  # noqa: PLC0415 - of no use to most files

    return tomllib.loads(Path(module).with_name(name).read_text(encoding="utf-8"))


def flow(value: Any) -> str:
    """A value in YAML's flow style: `{sinks: {a: {}}}`, `[up 2s, down 2s]`, `"> 0"`."""
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


def listed(names: Iterable[str], most: int) -> str:
    """The first of the names, and how many more there are."""
    names = list(names)
    if len(names) <= most + 1:  # `and 1 more` is no shorter than most names
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"
