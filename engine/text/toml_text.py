"""TOML text as values with places, and its mistakes as problems with places, never as tracebacks."""

from __future__ import annotations

import re
import tomllib
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.text.filled import Filled
from engine.text.problems import WHOLE_FILE, Problem, ProjectError, Span
from engine.text.toml_lookalikes import to_blame
from engine.text.toml_misread import misread
from engine.text.toml_places import Path, Positions, find_positions

# What tomllib says, by its opening words, and what we say: the reader may never have seen a TOML grammar.
_WORDING: tuple[tuple[str, str, str | None], ...] = (
    ("Expected '=' after a key", "expected '=' after the key", "write: key = value"),
    (
        "Expected newline or end of document",
        "unexpected text after the value",
        "one key per line; text goes in quotes",
    ),
    ("Invalid initial character for a key", "expected a key", "write: key = value"),
    ("Invalid statement", "expected a key, a [table] or a # comment", None),
    ("Invalid value", "this is not a TOML value", "text goes in quotes"),
    ("Expected ']]' at the end", "the table header is not closed with ']]'", None),
    ("Expected ']' at the end", "the table header is not closed with ']'", None),
    ("Unclosed array", "the array is not closed with ']'", None),
    ("Unclosed inline table", "the inline table is not closed with '}'", None),
    ("Unterminated string", "the string is not closed", None),
    ("Illegal character", "a character that TOML doesn't allow here", "is a quote missing?"),
    ("Found invalid character", "a control character that TOML doesn't allow", None),
    ("Unescaped", "an unknown escape in the string", "use '...' for text that holds backslashes"),
    ("Invalid hex value", "an unknown escape in the string", "use '...' for text that holds backslashes"),
    ("Escaped character is not", "the escape is not a Unicode character", None),
    ("Invalid date", "this date or time does not exist", None),
    ("Cannot declare", "the table is already defined", None),
    ("Cannot overwrite", "the key already has a value", None),
    ("Cannot mutate", "an inline table can't be extended afterwards", None),
    ("Cannot redefine", "the table is already defined", None),
)
_KEY = "keep one of them"
_TABLE = "put the keys below it there"
# Tables of which a file has one, though there may be many of them.
_SECOND = {"sink_group": "put each group into a file of its own"}
_REPEATS = ("Cannot declare", "Cannot overwrite", "Duplicate inline table key")
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed TOML file: its values, and where each of them stands in the file as it was written."""

    path: str
    values: dict[str, Any]
    positions: Positions
    filled: Filled

    def key_span(self, path: Path) -> Span:
        """Where the key at `path` stands; for one that is not there, the nearest table around it."""
        while path:
            span = self.positions.keys.get(path) or self.positions.values.get(path)
            if span is not None:
                return self.filled.span(span)
            path = path[:-1]
        return WHOLE_FILE

    def value_span(self, path: Path) -> Span:
        """Where the value at `path` stands; a table written under a header has only its key's place."""
        span = self.positions.values.get(path)
        return self.key_span(path) if span is None else self.filled.span(span)


def as_written(_path: str, text: str) -> Filled:
    """A text without variables."""
    return Filled(text, text)


def parse_toml(path: str, data: bytes, fill: Callable[[str, str], Filled] = as_written) -> Document:
    """Parse the bytes of one TOML file; `path` is only what problems call it, `fill` fills in its variables.

    Raises:
        ProjectError: with one problem, for bytes that are not UTF-8, a NUL byte, a syntax error or a key that
            is given twice. The line and the column are those of the mistake. With none where it was told already
            that a variable has no value, which is no syntax for anything but a text.
    """
    filled = fill(path, _decode(path, data))
    text = filled.text
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProjectError([] if filled.lacking else [_syntax_problem(path, filled, str(error))]) from None
    except RecursionError:
        message = "arrays or inline tables are nested too deeply"
        raise ProjectError([Problem(path, *WHOLE_FILE, message)]) from None
    except ValueError:
        # The one that is left: an integer with thousands of digits, which Python refuses to convert.
        message = "a number has too many digits"
        raise ProjectError([Problem(path, *filled.span(_longest_number(text)), message)]) from None
    return Document(path, values, find_positions(text), filled)


def _decode(path: str, data: bytes) -> str:
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        span = _span_after(before)
        raise ProjectError([Problem(path, *span, message, "save the file as UTF-8")]) from None
    text = text.replace("\r\n", "\n")
    nul = text.find("\0")
    if nul >= 0:
        message = "a NUL byte: this is not a text file, or it was torn by a power loss"
        raise ProjectError([Problem(path, *_span_after(text[:nul]), message)])
    return text


def _syntax_problem(path: str, filled: Filled, said: str) -> Problem:
    text = filled.text
    if said.startswith(_REPEATS):
        repeated = find_positions(text).repeated
        if repeated is not None:
            name, span, first = repeated
            message = f"'{name}' is given twice"
            is_header = text.split("\n")[span.line - 1].lstrip().startswith("[")
            help_ = f"the first one is on line {first}; {_SECOND.get(name, _TABLE) if is_header else _KEY}"
            return Problem(path, *filled.span(span), message, help_)
    place = _PLACE.search(said)
    span = _span_after(text.rstrip("\n"))
    if place is not None and place.group(1) is not None:
        span = Span(int(place.group(1)), int(place.group(2)), 1)
    if (blamed := to_blame(text, span.line)) is not None:
        where, message, help_ = blamed
        return Problem(path, *filled.span(where), message, help_)
    if (meant := misread(text, span.line, span.column, said)) is not None:
        return Problem(path, *filled.span(Span(span.line, span.column, meant.length)), meant.message, meant.help)
    span = filled.span(span)
    for opening, message, help_text in _WORDING:
        if said.startswith(opening):
            return Problem(path, *span, message, help_text)
    return Problem(path, *span, "this is not valid TOML here", "see https://toml.io for the syntax")


def _longest_number(text: str) -> Span:
    digits = max(re.finditer(r"[0-9_]+", text), key=lambda match: len(match.group()))
    return _span_after(text[: digits.start()])


def _span_after(before: str) -> Span:
    return Span(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1, 1)
