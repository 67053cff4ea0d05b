"""Patterns that must match in their order; what stands between them doesn't matter."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from wptest.shapes.wildcards import Glob


def out_of_order(patterns: Sequence[Glob], texts: Sequence[str]) -> tuple[int, Callable[[str], str]] | None:
    """The first pattern that no text matches behind the one of the pattern before it; and why, of such a thing."""
    reached = 0
    for index, pattern in enumerate(patterns):
        found = next((place for place in range(reached, len(texts)) if pattern.matches(texts[place])), None)
        if found is None:
            before = next((place for place in range(reached) if pattern.matches(texts[place])), None)
            return index, _why(before, reached, patterns[index - 1])
        reached = found + 1
    return None


def looks_regular(pattern: Glob) -> list[str]:
    """That a pattern looks like a regular expression, as evidence of why nothing matches it."""
    sign = re.search(r"\.[*+]|\\[dwsb.]|\[[^\]]+\][*+]|^\^|\$$", pattern.pattern)
    return [f"'{sign[0]}' is of regular expressions: here '*' is any text, and '?' one character"] if sign else []


def _why(before: int | None, reached: int, last: Glob) -> Callable[[str], str]:
    if before is None:
        return lambda noun: f"there is no such {noun}"
    return lambda noun: f"there is {noun} {before + 1}, but '{last}' is {noun} {reached}, and must come before"
