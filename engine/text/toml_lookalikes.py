"""Characters that are to blame for a line that is no TOML: with what is meant in their place, it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from engine.text.characters import MEANT, as_meant, character_name, lookalikes
from engine.text.source_text import Span

_LINE = re.compile(r"\(at line (\d+), column \d+\)$")
_QUOTES = ("'", '"')


def to_blame(text: str, line: int) -> tuple[Span, str, str] | None:
    """Where the first of them stands on that line of a broken text, a message and its help, if one does."""
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
            return Span(line, first + 1, 1), f"here stands {character_name(here[first])}, {what}", help_ + more
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
