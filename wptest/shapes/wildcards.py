"""Patterns of log lines, files and rules: `*` is any text, also across `/`, `?` is any one character."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern in which only `*` and `?` are special: brackets are what log lines are full of."""

    pattern: str

    def matches(self, text: str) -> bool:
        """Whether the pattern matches the whole of `text`."""
        return _compiled(self.pattern).fullmatch(text) is not None

    def __str__(self) -> str:
        return self.pattern


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    # fnmatch builds expressions that never backtrack over more than one star; brackets are made plain for it.
    return re.compile(fnmatch.translate(pattern.replace("[", "[[]")))
