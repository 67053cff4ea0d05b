"""Which group takes the lines of a rule (facts page section 6), and patterns of lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase, translate
from functools import lru_cache

from engine.project.model import GroupConf


def group_of(rule: str, groups: Iterable[GroupConf]) -> GroupConf | None:
    """The group with the longest wildcard that matches, the first of several; None where none does."""
    best, length = None, -1
    for group in groups:
        for pattern in group.rules:
            if len(pattern) > length and fnmatchcase(rule, pattern):
                best, length = group, len(pattern)
    return best


@lru_cache(maxsize=512)
def text_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of lines, to be used with `fullmatch`: only `*`, any text, and `?`, one character, are special."""
    # What fnmatch makes never backtracks over more than one star; brackets, which log lines are full of, are plain.
    return re.compile(translate(pattern.replace("[", "[[]")))
