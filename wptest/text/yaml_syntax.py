"""What YAML's parser finds wrong, in our own words: the slip behind it where one can be proved.

The C parser and the pure one agree on places but not on wording, so texts are matched by their common parts.
"""

from __future__ import annotations

import yaml

from engine.text.diagnostic import Diagnostic
from engine.text.source_text import SourceText, Span
from wptest.text import slips_block, slips_flow
from wptest.text.codes import Code
from wptest.text.slips import Broken, Guess, Slip, indent_of, slip_in
from wptest.text.yaml_stop import Stop, stop_of

_QUOTE = "put the text in quotes if it is meant as text"
_ESCAPE = "use single quotes, or write a backslash twice"
_INDENT = "keys of one mapping start in the same column; indent with spaces"

# Part of the parser's text (context and problem), our message, our help, and which slips to try before we say it.
# The first that matches is taken.
_WORDING: tuple[tuple[str, str, str | None, tuple[Guess, ...]], ...] = (
    (
        "mapping values are not allowed",
        "a second ':' can't stand here",
        _QUOTE,
        (slips_block.second_colon, slips_block.colon_above, slips_block.value_above),
    ),
    (
        "could not find expected ':'",
        "this line is neither a key with ':' nor part of the text above it",
        _INDENT,
        (slips_block.colon_above, slips_block.text_goes_on),
    ),
    (
        "scanning an alias",
        "behind '*' the name of an anchor is missing",
        _QUOTE,
        (slips_block.first_sign,),
    ),
    (
        "scanning an anchor",
        "behind '&' the name of the anchor is missing",
        _QUOTE,
        (slips_block.first_sign,),
    ),
    (
        "flow mapping",
        "'{' is not closed, or a ',' is missing between its entries",
        "write {a: 1, b: 2}",
        (
            slips_flow.bare_expression,
            slips_flow.foreign_comment,
            slips_flow.wrong_bracket,
            slips_flow.swallowed,
            slips_flow.text_behind_quote,
            slips_flow.missing_comma,
            slips_flow.open_bracket,
        ),
    ),
    (
        "flow sequence",
        "'[' is not closed, or a ',' is missing between its items",
        "write [a, b]",
        (
            slips_flow.bare_expression,
            slips_flow.foreign_comment,
            slips_flow.wrong_bracket,
            slips_flow.swallowed,
            slips_flow.text_behind_quote,
            slips_flow.open_bracket,
            slips_flow.missing_comma,
        ),
    ),
    *(
        (part, "the quote is not closed", "end the text with the quote it starts with", (slips_flow.open_quote,))
        for part in ("unexpected end of stream", "unexpected document indicator")
    ),
    ("unknown escape", "this escape doesn't exist", _ESCAPE, (slips_flow.backslashes,)),
    ("hexdecimal", "behind this escape digits are missing", _ESCAPE, (slips_flow.backslashes,)),
    ("duplicate anchor", "this anchor has the name of an earlier one", "give each anchor a name of its own", ()),
    ("undefined tag handle", "tags have no meaning in a scenario", _QUOTE, ()),
    (
        "block scalar",
        "after '|' or '>' the text starts on the next line",
        "indent the text below the key",
        (slips_block.first_sign,),
    ),
    (
        "block",
        "this line doesn't fit the indentation above it",
        _INDENT,
        (
            slips_flow.wrong_bracket,
            slips_flow.swallowed,
            slips_flow.text_behind_quote,
            slips_flow.open_quote,
            slips_block.blank_behind_dash,
            slips_block.indented_section,
            slips_block.missing_dash,
            slips_block.indentation,
        ),
    ),
    ("node content", "a value was expected here", _QUOTE, (slips_flow.open_bracket,)),
    ("directive", "YAML directives have no meaning in a scenario", "remove the line that starts with '%'", ()),
    (
        "document start",
        "here the document should have ended",
        "separate documents by a line '---'",
        (slips_flow.wrong_bracket,),
    ),
)


def syntax_diagnostic(source: SourceText, error: yaml.YAMLError) -> Diagnostic:
    """What is wrong where the YAML parser stopped, or before it, in the language's words."""
    if isinstance(error, yaml.reader.ReaderError):
        return _control_character(source, error)
    stop = stop_of(error)
    found = _foreign_line(source, stop)
    if found is None and (slip := slip_in(Broken(source, stop), (slips_flow.quote_above,))) is not None:
        return _told(source, slip)
    return found or _of_one_character(source, stop) or _of_structure(source, stop)


def _told(source: SourceText, slip: Slip) -> Diagnostic:
    return source.diagnostic(slip.span, slip.message, Code.SYNTAX, help_=slip.help)


def _of_structure(source: SourceText, stop: Stop) -> Diagnostic:
    nothing: tuple[Guess, ...] = ()
    found = ((message, help_, guesses) for part, message, help_, guesses in _WORDING if part in stop.told)
    message, help_, guesses = next(found, ("this is not valid YAML", None, nothing))
    if (slip := slip_in(Broken(source, stop), guesses)) is not None:
        return _told(source, slip)
    line, column = stop.line, stop.column
    if line > len(source.lines) or (line == len(source.lines) and not source.lines[-1]):
        # The parser stopped at the end of the file: the last line with something on it is where to look.
        line = next(n for n in range(len(source.lines), 0, -1) if source.line(n).strip())
        column = len(source.line(line)) + 1
    since = f" (it starts on line {stop.since_line})" if stop.since_line != line else ""
    return source.diagnostic(Span(line, column, 1), message + since, Code.SYNTAX, help_=help_)


def _of_one_character(source: SourceText, stop: Stop) -> Diagnostic | None:
    """What a single character tells: a tab, an alias of nothing, a sign that begins no text."""
    line = source.line(stop.line)
    char = line[stop.column - 1 : stop.column]
    tab = line.find("\t")
    if 0 <= tab < len(line) - len(line.lstrip()) and (char == "\t" or stop.column > tab):
        return source.diagnostic(
            Span(stop.line, tab + 1, 1), "a tab can't indent YAML", Code.SYNTAX, help_="indent with blanks"
        )
    if "undefined alias" in stop.told:
        name = line[stop.column - 1 :].split()[0].rstrip(",]}")
        help_ = f"write \"{name}\" if it is meant as text; an alias '*x' repeats what '&x' named before it"
        span = Span(stop.line, stop.column, len(name))
        return source.diagnostic(
            span, f"there is no anchor '&{name[1:]}' that '{name}' could repeat", Code.SYNTAX, help_=help_
        )
    if "cannot start any token" not in stop.told:
        return None
    broken = Broken(source, Stop(stop.line, stop.column, stop.line, stop.column, stop.told))
    if (slip := slip_in(broken, (slips_block.first_sign,))) is not None:
        return _told(source, slip)
    return source.diagnostic(
        Span(stop.line, stop.column, 1), f"a text can't begin with '{char}'", Code.SYNTAX, help_=_QUOTE
    )


def _foreign_line(source: SourceText, stop: Stop) -> Diagnostic | None:
    """A line that comes from somewhere else: an unfinished merge, Markdown, a template language."""
    for number in range(min(stop.line, len(source.lines)), 0, -1):
        line = source.line(number)
        if line.startswith(("<<<<<<< ", ">>>>>>> ")) or line == "=======":
            message, help_ = (
                "a mark of a merge that was not finished",
                "decide for one of the parts, and remove the marks",
            )
        elif number == stop.line and line.lstrip().startswith("```"):
            message, help_ = "this line is Markdown", "remove the lines that begin with ```"
        elif number == stop.line and line.lstrip().startswith(("{%", "{#")):
            message = "nothing fills in templates here"
            help_ = "write the steps out, or use 'matrix' and ${{ matrix.NAME }}"
        else:
            continue
        return source.diagnostic(
            Span(number, indent_of(line) + 1, len(line.strip())), message, Code.SYNTAX, help_=help_
        )
    return None


def _control_character(source: SourceText, error: yaml.reader.ReaderError) -> Diagnostic:
    char = chr(error.character) if isinstance(error.character, int) else str(error.character)
    # The readers count positions in bytes or characters, so the character itself is looked for.
    at = next((n for n, text in enumerate(source.lines, 1) if char in text), 1)
    span = Span(at, source.line(at).find(char) + 1, 1)
    message = f"the control character 0x{ord(char):02x} can't stand in a scenario"
    return source.diagnostic(span, message, Code.SYNTAX, help_=r'write it as an escape in double quotes: "\x01"')
