"""A text that was copied with what stood at the front of its lines: the signs of a diff, numbers, quotes."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.text.source_text import SourceText, Span
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario, scenario_text

# What stands there, and where it comes from.
_FRONTS = (
    (re.compile(r"\+"), "a '+', as in a diff"),
    (re.compile(r"> ?"), "a '>', as in a mail"),
    (re.compile(r" *\d+[:.|]? ?"), "its number"),
    (re.compile(r" *\| ?"), "a '|', as in a table"),
)
_FEWEST = 3  # lines


def copied_along(
    source: SourceText, error: InvalidScenario, read: Callable[[SourceText], object]
) -> InvalidScenario | None:
    """The one mistake of a text with such signs, without which it has fewer; None where it has none of them."""
    lines = [line for line in source.lines if line.strip()]
    for front, what in _FRONTS:
        if len(lines) < _FEWEST or not all(map(front.match, lines)):
            continue
        bare = "\n".join(front.sub("", line, count=1) for line in source.lines)
        if _mistakes(scenario_text(source.path, bare), read) < len(error.diagnostics):
            end = front.match(lines[0])
            number = next(index for index, line in enumerate(source.lines, 1) if line.strip())
            message = f"at the front of every line stands {what}"
            span = Span(number, 1, max(1, end.end() if end is not None else 1))
            return InvalidScenario(
                [source.diagnostic(span, message, Code.SYNTAX, help_="take it away from each line")]
            )
    return None


def _mistakes(source: SourceText, read: Callable[[SourceText], object]) -> int:
    try:
        read(source)
    except InvalidScenario as error:
        return len(error.diagnostics)
    return 0
