"""What is wrong with a value or a text, whoever reads it: one kind of mistake, and the word that was meant."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

_MOST_NAMES = 40


class Mistake(ValueError):
    """A value that can't be what it should be; whoever knows the file it stands in tells it with its place.

    Attributes:
        problem: what it is instead.
        expected: what it should be.
        help_: one thing to do.
        within: the wrong part of a text, as offset and length in characters; None is all of it.
        item: the wrong item of a list, by its index; None is all of it.
        code: which mistake it is, where that doesn't follow from what is read.
        known: the keys that there are, of which an unknown one is none.
        wanted: the kind of value that should stand where one of another kind does.
        about: the variable or the path that it is about, where others may know more of that.
    """

    def __init__(
        self,
        problem: str,
        expected: str | None = None,
        *,
        help_: str | None = None,
        code: StrEnum | None = None,
        within: tuple[int, int] | None = None,
        item: int | None = None,
        known: tuple[str, ...] = (),
        wanted: str = "",
        about: str = "",
    ) -> None:
        super().__init__(f"{problem}, expected {expected}" if expected else problem)
        self.problem = problem
        self.expected = expected
        self.help_ = help_
        self.code = code
        self.within = within
        self.item = item
        self.known = known
        self.wanted = wanted
        self.about = about

    @property
    def in_a_line(self) -> str:
        """All that it says, where it has one line and no place."""
        return f"{self}; {self.help_}" if self.help_ else str(self)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` most likely means, capitals or not, or None when nothing is close."""
    import difflib  # noqa: PLC0415 - of no use where nothing is wrong

    names = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), names, n=1, cutoff=0.6)
    return names[close[0]] if close else None


def suggest(word: str, known: Iterable[str], *, or_all: bool = False) -> str | None:
    """A help text for an unknown word: the nearest known one, else all of them where nobody has listed them yet."""
    names = sorted(known)
    close = nearest(word, names)
    if close is not None:
        return f"did you mean '{close}'?"
    return f"known here: {', '.join(names)}" if names and or_all else None


def one_of(known: Iterable[str]) -> str:
    """What was expected where a known word should stand: `one of: a, b, c`; the first of very many."""
    names = tuple(known)
    more = len(names) - _MOST_NAMES
    return f"one of: {', '.join(names[:_MOST_NAMES])}{f' and {more:,} more' if more > 0 else ''}"


def reason_of(error: Exception) -> str:
    """Why the operating system refused something, in its words."""
    return str(getattr(error, "strerror", None) or error).lower() or "unknown reason"
