"""How wide a stream is."""

from __future__ import annotations

import os
from typing import IO, Any

_UNKNOWN = 80
_NARROWEST = 40


def columns_of(stream: IO[Any]) -> int | None:
    """How many columns the terminal has (COLUMNS, if it is set); None for a file or a pipe, which lose no text."""
    if not stream.isatty():
        return None
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return max(int(said), _NARROWEST)
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, _NARROWEST)
    except OSError:
        return _UNKNOWN
