"""Why a line is no TOML: characters that only look like others, and what has a meaning in other languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from engine.text.characters import MEANT, as_meant, character_name, lookalikes
from engine.text.mistake import Mistake

_LINE = re.compile(r"\(at line (\d+), column \d+\)$")
_QUOTES = ("'", '"')
_WORDS = {
    **dict.fromkeys(("true", "yes", "on"), "write true"),
    **dict.fromkeys(("false", "no", "off"), "write false"),
    **dict.fromkeys(("none", "null", "nil", "undefined", "~"), "TOML has no word for nothing: leave the key out"),
}
_WORD = re.compile(r"[^\s,\]}#=]+")


def lookalike_in(text: str, line: int) -> Mistake | None:
    """The first character of that line that is to blame: with what is meant in its place, the text gets further."""
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    for columns in _tries(here):
        mended = "".join(as_meant(char) if at in columns else char for at, char in enumerate(here))
        if _gets_further("\n".join([*lines[: line - 1], mended, *lines[line:]]), line):
            first = columns[0]
            meant = MEANT[here[first]]
            quoted = f'"{meant}"' if meant == "'" else f"'{meant}'"
            what = f"not {quoted}" if meant.strip() else "not a blank" if meant else "which nobody sees"
            wanted = quoted if meant.strip() else "a blank"
            help_ = f"put {wanted} in its place" if meant else "remove it"
            more = f"; {len(columns) - 1} more on this line" if columns[1:] else ""
            problem = f"here stands {character_name(here[first])}, {what}"
            return Mistake(problem, help_=help_ + more, within=(first, 1))
    return None


def _tries(line: str) -> Iterator[list[int]]:
    """Each alone, and then all together; of quotes that make a pair none alone."""
    found = lookalikes(line)
    meant = [MEANT[line[column]] for column in found]
    yield from (
        [column] for column, one in zip(found, meant, strict=True) if one not in _QUOTES or meant.count(one) % 2
    )
    if len(found) > 1:
        yield found


def _gets_further(text: str, line: int) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _LINE.search(str(error))
        return place is not None and int(place[1]) > line
    except (RecursionError, ValueError):
        return False
    return True


def misread(text: str, line: int, column: int, said: str) -> Mistake | None:
    """What a place was meant as at which tomllib `said` that it isn't TOML; None where nobody knows."""
    lines = text.split("\n")
    rest = lines[line - 1][column - 1 :] if line <= len(lines) else ""
    if said.startswith("Invalid value"):
        is_empty = lines[line - 1][: column - 1].rstrip().endswith("=")
        nothing = _at(column, "there is no value", "write it behind the '='")
        return _word(rest, column) or (nothing if is_empty and not rest.strip() else None)
    if not said.startswith(("Invalid initial character for a key", "Unclosed inline table")):
        return None
    before = lines[line - 1][: column - 1].rstrip()
    if rest.lstrip().startswith("}") and before.endswith(","):
        return _at(column, "an inline table has no ',' before its '}'", "remove the ','")
    if not rest.strip() or rest.lstrip().startswith("#"):
        help_ = "write { a = 1, b = 2 } on one line, without a ',' at the end"
        return _at(column, "an inline table stands on one line", help_)
    return None


def _word(rest: str, column: int) -> Mistake | None:
    """What is wrong with a word where a value should stand."""
    found = _WORD.match(rest)
    if found is None:
        return None
    help_ = _WORDS.get(found[0].lower())
    if help_ is not None:
        help_ = f'{help_}, or "{found[0]}" for a text'
        return _at(column, f"'{found[0]}' is not a TOML value", help_, len(found[0]))
    if re.fullmatch(r"\.\d+", found[0]):
        return _at(column, "a number begins with a digit", f"write 0{found[0]}", len(found[0]))
    return None


def _at(column: int, problem: str, help_: str, length: int = 1) -> Mistake:
    return Mistake(problem, help_=help_, within=(column - 1, length))
