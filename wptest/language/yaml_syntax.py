"""What YAML's parser finds wrong, in our own words.

The C parser and the pure one agree on places but not on wording, so texts are matched by their common parts.
"""

from __future__ import annotations

import yaml

from wptest.language.codes import Code
from wptest.language.diagnostic import Diagnostic
from wptest.language.source import SourceText, Span

_QUOTE = "put the text in quotes if it is meant as text"
_INDENT = "keys of one mapping start in the same column; indent with spaces"

# Part of the parser's text (context and problem), our message, our help. The first that matches is taken.
_WORDING = (
    ("mapping values are not allowed", "a second ':' can't stand here", _QUOTE),
    (
        "could not find expected ':'",
        "this line is neither a key with ':' nor part of the text above it",
        _INDENT,
    ),
    ("flow mapping", "'{' is not closed, or a ',' is missing between its entries", "write {a: 1, b: 2}"),
    ("flow sequence", "'[' is not closed, or a ',' is missing between its items", "write [a, b]"),
    ("unexpected end of stream", "the quote is not closed", "end the text with the quote it starts with"),
    ("unknown escape", "this escape doesn't exist", "use single quotes, or write a backslash twice"),
    ("undefined alias", "this alias has no anchor", "an alias '*x' repeats what '&x' named before it"),
    ("duplicate anchor", "this anchor has the name of an earlier one", "give each anchor a name of its own"),
    ("undefined tag handle", "tags have no meaning in a scenario", _QUOTE),
    ("block scalar", "after '|' or '>' the text starts on the next line", "indent the text below the key"),
    ("block mapping", "this line doesn't fit the indentation above it", _INDENT),
    ("block collection", "this line doesn't fit the indentation above it", _INDENT),
    ("block sequence", "this line doesn't fit the indentation above it", _INDENT),
    ("node content", "a value was expected here", _QUOTE),
    ("directive", "YAML directives have no meaning in a scenario", "remove the line that starts with '%'"),
    ("document start", "here the document should have ended", "separate documents by a line '---'"),
)


def syntax_diagnostic(source: SourceText, error: yaml.YAMLError) -> Diagnostic:
    """Where the YAML parser stopped and what it found there, in the language's words."""
    if isinstance(error, yaml.reader.ReaderError):
        return _control_character(source, error)
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if line > len(source.lines) or (line == len(source.lines) and not source.lines[-1]):
        # The parser stopped at the end of the file: the last line with something on it is where to look.
        line = next(n for n in range(len(source.lines), 0, -1) if source.line(n).strip())
        column = len(source.line(line)) + 1
    message, help_ = _wording(source, error, Span(line, column, 1))
    opened = _opened(error, line)
    return source.diagnostic(Span(line, column, 1), message + opened, Code.SYNTAX, help_=help_)


def _wording(source: SourceText, error: yaml.YAMLError, at: Span) -> tuple[str, str | None]:
    told = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    if "cannot start any token" in told:
        char = source.line(at.line)[at.column - 1 : at.column]
        if char == "\t":
            return "a tab can't indent YAML", "indent with spaces"
        return f"a value can't start with '{char}'", _QUOTE
    return next(
        ((message, help_) for part, message, help_ in _WORDING if part in told),
        ("this is not valid YAML", None),
    )


def _opened(error: yaml.YAMLError, line: int) -> str:
    context = getattr(error, "context_mark", None)
    return f" (it starts on line {context.line + 1})" if context and context.line + 1 != line else ""


def _control_character(source: SourceText, error: yaml.reader.ReaderError) -> Diagnostic:
    char = chr(error.character) if isinstance(error.character, int) else str(error.character)
    # The readers count positions in bytes or characters, so the character itself is looked for.
    at = next((n for n, text in enumerate(source.lines, 1) if char in text), 1)
    span = Span(at, source.line(at).find(char) + 1, 1)
    message = f"the control character 0x{ord(char):02x} can't stand in a scenario"
    return source.diagnostic(span, message, Code.SYNTAX, help_=r'write it as an escape in double quotes: "\x01"')
