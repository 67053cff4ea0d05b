"""Path patterns: `*` and `?` within one part of a path, `**` over any number of parts, nothing else."""

from __future__ import annotations

import re
from functools import lru_cache

_TOKENS = re.compile(r"(\*\*/|\*\*|\*|\?)")
_MEANING = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}


@lru_cache(maxsize=512)
def path_pattern(glob: str) -> re.Pattern[str]:
    """The compiled pattern of a path glob, to be used with `fullmatch`."""
    parts = _TOKENS.split(glob)
    return re.compile("".join(_MEANING.get(part, re.escape(part)) for part in parts), re.DOTALL)
