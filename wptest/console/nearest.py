"""What somebody may have meant by a name that isn't there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from engine.text.display import printable

_MOST = 3
_NEAR = 0.6


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean 'a' or 'b'?` with the nearest names, best those that have the word inside; empty if none is."""
    names = list(dict.fromkeys(known))
    near = [name for name in names if word and word in name] or _alike(word, names)
    quoted = [f"'{printable(name)}'" for name in near[:_MOST]]
    if len(quoted) > 1:
        quoted[-2:] = [f"{quoted[-2]} or {quoted[-1]}"]
    return f"did you mean {', '.join(quoted)}?" if quoted else ""


def _alike(word: str, names: Iterable[str]) -> list[str]:
    """Names that are much the same, as a whole or in one of their parts; the nearest first."""
    matcher = SequenceMatcher(b=word)
    scores: dict[str, float] = {}
    for name in names:
        for part in {name, *re.split("::|,", name)}:
            matcher.set_seq1(part)
            if matcher.real_quick_ratio() >= _NEAR and matcher.quick_ratio() >= _NEAR:
                scores[name] = max(scores.get(name, 0), matcher.ratio())
    return [name for name in sorted(scores, key=lambda name: -scores[name]) if scores[name] >= _NEAR]
