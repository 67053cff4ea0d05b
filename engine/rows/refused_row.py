"""A line that has no row, and why: what a server would have changed, or would have refused later and dearer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

_MOST_SHOWN = 60

# What a field of a line is before a column makes its value of it: of JSON with its types, else text. Bytes are only
# the whole line where it may be no text.
RawField = bool | int | float | str | bytes | list[Any] | dict[str, Any] | None


class NoField(Enum):
    """What the line has no field for, which isn't the same as NULL."""

    NO_FIELD = "no field"


NO_FIELD: Final = NoField.NO_FIELD


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A line that has no row in a table.

    Attributes:
        column: whose value is refused; empty where it is the line as a whole.
        value: the beginning of what the line has there; empty where it has nothing.
        why: what it is or has that it can't: `is NULL`, `has 30 characters, 20 are allowed`.
    """

    column: str
    value: str
    why: str

    def __str__(self) -> str:
        who = f"'{self.column}'" if self.column else "the line"
        return f"{who} {self.why}: {self.value}" if self.value else f"{who} {self.why}"


class UnfitValueError(ValueError):
    """A value, or a line, that a row can't have; its text says why."""


def beginning_of(value: RawField | NoField) -> str:
    """The beginning of a value, as a line has it; nothing where it has none."""
    match value:
        case None | NoField.NO_FIELD:
            return ""
        case str():
            text = value
        case bytes():
            text = value[: 4 * _MOST_SHOWN].decode(errors="replace")
        case _:
            text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."


def called(value: RawField) -> str:
    """What kind of JSON a value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str() | bytes():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"
