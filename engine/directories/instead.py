"""What to write instead of a TOML value of the wrong type, where that can be read off it."""

from __future__ import annotations

import re
from typing import Any

from engine.text.mistake import Mistake
from engine.units import parse_count

_PERCENT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*")
_NUMBER = re.compile(r"\s*-?\d+(?:\.\d+)?\s*")
_SWITCHES = dict.fromkeys(("true", "yes", "on", "1"), "true") | dict.fromkeys(("false", "no", "off", "0"), "false")


def instead(kind: type, value: Any, header: str) -> str | None:
    """One thing to write for a `value` where one of another `kind` should stand; `header` is its table's name."""
    if kind is list and isinstance(value, dict):
        return f"write [[{header}]], with two brackets"
    if kind is dict and isinstance(value, list):
        return f"write [{header}], with one bracket"
    if not isinstance(value, str):
        return None
    written = _switch(value) if kind is bool else _number(kind, value)
    return f"write {written}" if written is not None else None


def _switch(value: str) -> str | None:
    return _SWITCHES.get(value.strip().lower())


def _number(kind: type, value: str) -> str | None:
    """`"2%"`, `"0.02"`, `"1k"`, `"400"` as the number that is meant."""
    if kind is float and (percent := _PERCENT.fullmatch(value)):
        return f"{float(percent[1]) / 100:.6g}"
    if kind is float and _NUMBER.fullmatch(value):
        return value.strip()
    try:
        return str(parse_count(value)) if kind is int else None
    except Mistake:
        return None
