"""What a stream is to who reads it: how wide it is, whether it takes colour, and what has which."""

from __future__ import annotations

import os
import re
from typing import IO, Any

import click

_UNKNOWN = 80
_NARROWEST = 40
_NARROWEST_PICTURE = 20
_COLOURS = {"passed": "green", "failed": "red", "unverified": "yellow", "unclean": "magenta"}
_COLOURS |= dict.fromkeys(("error", "invalid"), "red")
_OUTCOME = "outcome"
# Lines of reports and timelines, and their colours: the first that fits counts. `outcome` is the outcome's own.
_LINES = (
    (re.compile(r"! +\S"), _OUTCOME),
    (re.compile(r"> +\S"), "bright_blue"),
    (re.compile(r"(failed|unclean|unverified|error)\[WPT-"), _OUTCOME),
    (re.compile(r" *\| +\^+$"), _OUTCOME),
    (re.compile(r"warning\[WPT-|  +\S+  \S+ +log +warn: "), "yellow"),
    (re.compile(r"  +\S+  \S+ +log +error: "), "red"),
    (re.compile(r"  +\S+  \S+ +(fault\.|program\.killed|power\.|storage\.)"), "magenta"),
    (re.compile(r" *--> | *= help: |    help: |to see it again: |or by its id: |: +\S+ +\(th(is|ese) "), "cyan"),
)


def takes_colour(stream: IO[Any]) -> bool:
    """What NO_COLOR and FORCE_COLOR say, if they are set to anything; else whether people see the stream."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def painted(text: str, outcome: str, *, bold: bool = False) -> str:
    """The text in the colour of an outcome."""
    return click.style(text, fg=_COLOURS.get(outcome), bold=bold or None)


def coloured(text: str, outcome: str) -> str:
    """A report or a timeline with its telling lines in colour."""
    return "\n".join(_coloured(line, outcome) for line in text.split("\n"))


def _coloured(line: str, outcome: str) -> str:
    for pattern, colour in _LINES:
        if pattern.match(line):
            return painted(line, outcome) if colour == _OUTCOME else click.style(line, fg=colour)
    return line


def show(text: str, stream: IO[Any]) -> None:
    """Write a line, without its colours where the stream takes none."""
    click.echo(text, file=stream, color=takes_colour(stream))


def columns_of(stream: IO[Any]) -> int | None:
    """How many columns the terminal has (COLUMNS, if it is set); None for a file or a pipe, which lose no text."""
    if not stream.isatty():
        return None
    if (said := _said_columns(_NARROWEST)) is not None:
        return said
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, _NARROWEST)
    except OSError:
        return _UNKNOWN


def columns_of_picture(stream: IO[Any]) -> int | None:
    """The same, where what COLUMNS says holds for a file or a pipe, too."""
    return _said_columns(_NARROWEST_PICTURE) or columns_of(stream)


def _said_columns(least: int) -> int | None:
    said = os.environ.get("COLUMNS", "")
    return max(int(said), least) if said.isdecimal() and int(said) else None
