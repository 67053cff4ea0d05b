"""What is odd about an OML file, so that real versions refuse the project; its statements are not interpreted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from engine.directories.models.wpl_types import FIELD_TYPES

_RULE = r"rule\s*:(?:\s*[0-9A-Za-z_/*]+(?!\s*:))*\s*"
_ENABLE = r"enable\s*:\s*(?:true|false)\s*"
_HEAD = re.compile(rf"\s*name\s*:\s*[0-9A-Za-z_/]+\s*(?:(?:{_RULE})?(?:{_ENABLE})?|{_ENABLE}{_RULE})---(?!-)")
_STATIC = re.compile(r"\s*static\s*\{[^{}]*\}")
_STATEMENT = re.compile(r"[^:=;{}]+(?::\s*(?P<type>[A-Za-z0-9_/]+)\s*)?=\s*(?P<call>[A-Za-z_]+)?\s*(?P<open>\()?")
_PRIVACY = re.compile(r"^---", re.MULTILINE)
_CALLS = frozenset({"take", "read", "pipe", "match", "fmt", "object", "collect", "select", "calc", "lookup_nocase"})
_DEPTH = {"(": 1, "{": 1, ")": -1, "}": -1}


class Odd(NamedTuple):
    """What is odd, and behind which character of the text."""

    message: str
    at: int


def odd_model(text: str) -> Odd | None:
    """What is odd about a file's text without its comments; None where nothing is known to be."""
    head = _HEAD.match(text)
    if head is None:
        return Odd("no head: nobody could ask for this model", 0)
    start = head.end()
    if (static := _STATIC.match(text, start)) is not None:
        start = static.end()
    privacy = _PRIVACY.search(text, start)
    end = privacy.start() if privacy is not None else len(text)
    if not text[start:end].strip():
        return Odd("no statement behind the head", start)
    return next(filter(None, (_odd_statement(text, *place) for place in _statements(text, start, end))), None)


def _statements(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Where each begins and ends, and whether a ';' is behind it."""
    depth = 0
    for at in range(start, end):
        depth += _DEPTH.get(text[at], 0)
        if text[at] == ";" and depth == 0:
            yield start, at, True
            start = at + 1
    if text[start:end].strip():
        yield start, end, False


def _odd_statement(text: str, start: int, end: int, is_ended: bool) -> Odd | None:
    statement = _STATEMENT.match(text, start, end)
    begin = end - len(text[start:end].lstrip())
    if statement is None or not is_ended:
        return Odd("no statement" if statement is None else "a statement that doesn't end with ';'", begin)
    kind, call = statement["type"], statement["call"]
    if kind is not None and kind not in FIELD_TYPES and not kind.startswith("array/"):
        return Odd(f"no type is called '{kind}'", statement.start("type"))
    if call is not None and statement["open"] and call not in _CALLS | FIELD_TYPES:
        return Odd(f"no function is called '{call}'", statement.start("call"))
    return None
