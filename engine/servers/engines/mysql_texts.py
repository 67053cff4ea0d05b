r"""How MariaDB reads texts of a statement in which only single quotes are doubled: backslashes are its own.

Seen on MariaDB 10.11.19: `C:\temp\new` is stored with a tab and a line break, and one text with a backslash at its
end makes the whole statement 1064.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.databases.request import WriteRows
from engine.rows.row_table import ColumnValue, TableRow

# What a backslash and the character behind it are; the others are that character, and `\%` and `\_` stay.
_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}
_PART = re.compile(r"\\(.)|('')|([^'\\]+)", re.DOTALL)


class EndsElsewhereError(Exception):
    """The server finds the end of a text at another place, and what is behind it is no SQL."""


def read_rows(request: WriteRows) -> Sequence[TableRow]:
    """The rows as the server reads them out of the statement.

    Raises:
        EndsElsewhereError: it can't be read.
    """
    if "single_quotes_only" not in request.flaws:
        return request.rows
    return [tuple(map(_value_read, row)) for row in request.rows]


def _value_read(value: ColumnValue) -> ColumnValue:
    match value:
        case str():
            return _text_read(value)
        case bytes():
            return _text_read(value.decode("latin-1")).encode("latin-1")
        case _:
            return value


def _text_read(text: str) -> str:
    """What is read of a text whose single quotes were doubled."""
    literal, read, at = text.replace("'", "''"), list[str](), 0
    while at < len(literal):
        part = _PART.match(literal, at)
        if part is None:
            raise EndsElsewhereError
        escaped, quote, plain = part.groups()
        read.append(_ESCAPES.get(escaped, escaped) if escaped else "'" if quote else plain)
        at = part.end()
    return "".join(read)
