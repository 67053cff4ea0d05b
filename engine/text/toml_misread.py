"""What is no TOML and has a meaning elsewhere: words of other languages, inline tables over several lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORDS = {
    **dict.fromkeys(("true", "yes", "on"), "write true"),
    **dict.fromkeys(("false", "no", "off"), "write false"),
    **dict.fromkeys(("none", "null", "nil", "undefined", "~"), "TOML has no word for nothing: leave the key out"),
}
_WORD = re.compile(r"[^\s,\]}#=]+")


@dataclass(frozen=True, slots=True)
class Misread:
    """What is wrong at the place where the parser stopped, over so many characters, and what to do."""

    length: int
    message: str
    help: str


_NOTHING = Misread(1, "there is no value", "write it behind the '='")


def misread(text: str, line: int, column: int, said: str) -> Misread | None:
    """What a place was meant as at which tomllib `said` that it isn't TOML; None where nobody knows."""
    lines = text.split("\n")
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    if said.startswith("Invalid value"):
        is_empty = lines[line - 1][: column - 1].rstrip().endswith("=")
        return _word(rest) or (_NOTHING if is_empty and not rest.strip() else None)
    if not said.startswith(("Invalid initial character for a key", "Unclosed inline table")):
        return None
    before = lines[line - 1][: column - 1].rstrip()
    if rest.lstrip().startswith("}") and before.endswith(","):
        return Misread(1, "an inline table has no ',' before its '}'", "remove the ','")
    if not rest.strip() or rest.lstrip().startswith("#"):
        help_ = "write { a = 1, b = 2 } on one line, without a ',' at the end"
        return Misread(1, "an inline table stands on one line", help_)
    return None


def _word(rest: str) -> Misread | None:
    """A word where a value should stand."""
    found = _WORD.match(rest)
    if found is None:
        return None
    help_ = _WORDS.get(found[0].lower())
    if help_ is not None:
        return Misread(len(found[0]), f"'{found[0]}' is not a TOML value", f'{help_}, or "{found[0]}" for a text')
    if re.fullmatch(r"\.\d+", found[0]):
        return Misread(len(found[0]), "a number begins with a digit", f"write 0{found[0]}")
    return None
