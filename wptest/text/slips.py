"""Why a text is no YAML: the slips that people make, each proved by mending it.

For a place where the parser stopped there are often several things that may be wrong, most of them above it. Each
is mended in turn, and what lets the parser get on was the mistake. Where nothing helps, the parser's own words are
all that is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.text.source_text import SourceText, Span
from wptest.text.yaml_stop import Stop, first_stop

MOST_SHOWN = 60  # characters of what is to be written instead
_MOST_PARSED = 5_000_000  # characters, over all tries
_LONGEST_LINE = 2_000  # nobody wrote a longer one by hand

_COMMENT = re.compile(r"\s+#.*$|\s+$")


@dataclass(frozen=True, slots=True)
class Slip:
    """What may be wrong, where, what to do, and the text in which it is done."""

    span: Span
    message: str
    help: str
    mended: str


Guess = Callable[["Broken"], Iterator[Slip]]


@dataclass(frozen=True, slots=True)
class Broken:
    """A text that is no YAML, and where the parser stopped."""

    source: SourceText
    stop: Stop

    @property
    def line(self) -> str:
        """The line where it stopped."""
        return self.source.line(self.stop.line)

    def above(self, number: int) -> int:
        """The nearest line above that has something on it; 0 where there is none."""
        lines = range(number - 1, 0, -1)
        return next((each for each in lines if self.source.line(each).strip() and not self._is_comment(each)), 0)

    def slip(self, span: Span, message: str, help_: str, line: str, *, number: int = 0) -> Slip:
        """A slip that is mended by writing a `line` anew, the one at its place if no other is named."""
        lines = list(self.source.lines)
        lines[(number or span.line) - 1] = line
        return Slip(span, message, help_, "\n".join(lines))

    def _is_comment(self, number: int) -> bool:
        return self.source.line(number).lstrip().startswith("#")


def slip_in(broken: Broken, guesses: tuple[Guess, ...]) -> Slip | None:
    """The first guess that proves right."""
    if max(len(broken.line), len(broken.source.line(broken.stop.since_line))) > _LONGEST_LINE:
        return None
    parsed = 0
    for guess in guesses:
        for slip in guess(broken):
            parsed += len(slip.mended)
            if parsed > _MOST_PARSED:
                return None
            after = first_stop(slip.mended)
            if after is None or after.reach > max(broken.stop.line, slip.span.line):
                return slip
    return None


def indent_of(line: str) -> int:
    """The number of blanks that a line begins with."""
    return len(line) - len(line.lstrip(" "))


def key_column(line: str) -> int:
    """Where the key of a line stands, behind the dashes of its list, from 0."""
    match = re.match(r" *(?:- +)*", line)
    return match.end() if match else 0


def without_comment(line: str) -> str:
    """The line without its comment and the blanks at its end."""
    return _COMMENT.sub("", line)


def in_quotes(text: str) -> str:
    """A text as YAML writes it in quotes."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def brief(text: str) -> str:
    """A text that is to be written, cut where it is long."""
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 3]}..."
