"""Whether a stream takes colour, and which."""

from __future__ import annotations

import os
from typing import IO, Any

import click

_COLOURS = {"passed": "green", "failed": "red", "unverified": "yellow", "unclean": "magenta", "invalid": "red"}


def takes_colour(stream: IO[Any]) -> bool:
    """What NO_COLOR and FORCE_COLOR say, if they are set to anything; else whether people see the stream."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def painted(text: str, outcome: str, *, bold: bool = False) -> str:
    """The text in the colour of an outcome."""
    return click.style(text, fg=_COLOURS.get(outcome), bold=bold)
