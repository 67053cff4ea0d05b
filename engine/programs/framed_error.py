"""An error as WarpParse's programs end with one: with a title, painted where that is wanted, and the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

CONFIGURATION = 300  # as much of it as a process can exit with is EXIT_PROJECT

_RED, _BOLD, _ON_RED = "31", "1", "41;97"


def framed(program: str, reasons: Iterable[str], code: int, *, colours: bool) -> Iterator[str]:
    """The lines for standard error."""
    title = in_colour(f"{program} error", _BOLD, colours=colours)
    yield f"{in_colour(' ERROR ', _ON_RED, colours=colours)} {title}"
    for reason in reasons:
        yield in_colour(reason, _RED, colours=colours)
    yield f"exit code: {code}"


def in_colour(text: str, code: str, *, colours: bool) -> str:
    """The text in a colour of the terminal, where there are `colours`."""
    return f"\x1b[{code}m{text}\x1b[0m" if colours else text
