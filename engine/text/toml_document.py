"""TOML text as values with places, and its mistakes as problems with places, never as tracebacks."""

from __future__ import annotations

import re
import tomllib
from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.text.diagnostic import Diagnostic
from engine.text.document import Document, Pair
from engine.text.filled_text import Filled
from engine.text.mistake import Mistake
from engine.text.problems import ProjectError
from engine.text.source_text import KeyPath, SourceText, Span
from engine.text.toml_places import Positions, find_positions
from engine.text.toml_slips import lookalike_in, misread

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


@dataclass(frozen=True)
class TomlDocument(Document):
    """A parsed TOML file: its values, and where each of them stands in the file as it was written."""

    source: SourceText
    values: dict[str, Any]
    filled: Filled

    @property
    def path(self) -> str:
        """What mistakes call the file."""
        return str(self.source.path)

    def pair_at(self, path: KeyPath) -> Pair | None:
        """See `Document.pair_at`; a table that is written under a header has only its key's place."""
        key, value = self._positions.keys.get(path), self._positions.values.get(path)
        if value is None and key is None:
            return None if path else Pair(None, Span(0, 0, 0))
        found = value or key
        assert found is not None, "one of the two is there"
        return Pair(self.filled.span(key) if key is not None else None, self.filled.span(found))

    @cached_property
    def _positions(self) -> Positions:
        return find_positions(self.filled.text)


def as_written(source: SourceText) -> Filled:
    """A text without variables."""
    return Filled(source, source.text)


def parse_toml(path: str, data: bytes, fill: Callable[[SourceText], Filled] = as_written) -> TomlDocument:
    """Parse the bytes of one TOML file; `path` is only what problems call it, `fill` fills in its variables.

    Raises:
        ProjectError: with one problem, for bytes that are not UTF-8, a NUL byte, a syntax error or a key that
            is given twice. The line and the column are those of the mistake. With none where it was told already
            that a variable has no value, which is no syntax for anything but a text.
    """
    filled = fill(_decode(Path(path), data))
    text = filled.text
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProjectError([] if filled.lacking else [_syntax_problem(filled, str(error))]) from None
    except RecursionError:
        raise ProjectError([Diagnostic.of_file(path, "arrays or inline tables are nested too deeply")]) from None
    except ValueError:
        # The one that is left: an integer with thousands of digits, which Python refuses to convert.
        span = filled.span(_longest_number(text))
        raise ProjectError([filled.written.diagnostic(span, "a number has too many digits")]) from None
    return TomlDocument(filled.written, values, filled)


def _decode(path: Path, data: bytes) -> SourceText:
    data = data.removeprefix(BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        span = _span_after(data[: error.start].decode())
        source = SourceText(path, data.decode(errors="replace").replace("\r\n", "\n"))
        raise ProjectError([not_utf8(source, span, data[error.start])]) from None
    source = SourceText(path, text.replace("\r\n", "\n"))
    if (nul := source.text.find("\0")) >= 0:
        message = "a NUL byte: this is not a text file, or it was torn by a power loss"
        raise ProjectError([source.diagnostic(source.span(nul, nul + 1), message)])
    return source


def not_utf8(source: SourceText, span: Span, byte: int) -> Diagnostic:
    """What is wrong with a file that has a byte in it that is no text."""
    return source.diagnostic(span, f"byte 0x{byte:02x} is not UTF-8", help_="save the file as UTF-8")


def _syntax_problem(filled: Filled, said: str) -> Diagnostic:
    text, source = filled.text, filled.written
    if said.startswith(_REPEATS):
        repeated = find_positions(text).repeated
        if repeated is not None:
            name, span, first = repeated
            message = f"'{name}' is given twice"
            is_header = text.split("\n")[span.line - 1].lstrip().startswith("[")
            help_ = f"the first one is on line {first}; {_SECOND.get(name, _TABLE) if is_header else _KEY}"
            return source.diagnostic(filled.span(span), message, help_=help_)
    place = _PLACE.search(said)
    span = _span_after(text.rstrip("\n"))
    if place is not None and place.group(1) is not None:
        span = Span(int(place.group(1)), int(place.group(2)), 1)
    mistake = lookalike_in(text, span.line) or misread(text, span.line, span.column, said) or _in_our_words(said)
    offset, length = mistake.within or (span.column - 1, span.length)
    return source.telling(filled.span(Span(span.line, offset + 1, length)), mistake)


def _in_our_words(said: str) -> Mistake:
    for opening, message, help_ in _WORDING:
        if said.startswith(opening):
            return Mistake(message, help_=help_)
    return Mistake("this is not valid TOML here", help_="see https://toml.io for the syntax")


def _longest_number(text: str) -> Span:
    digits = max(re.finditer(r"[0-9_]+", text), key=lambda match: len(match.group()))
    return _span_after(text[: digits.start()])


def _span_after(before: str) -> Span:
    return Span(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1, 1)
