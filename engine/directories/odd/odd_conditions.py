"""What is odd about the condition of a filter, so that real versions refuse the project."""

from __future__ import annotations

import re

_COMPARISON = re.compile(
    r"isset\s*\(\s*\$[A-Za-z0-9_.]+\s*\)|\$[A-Za-z0-9_.]+\s*(?:==|!=|>=|<=|>|<|=\*)\s*"
    r"(?:chars|digit|float|ip|bool|time)\s*\((?:[^()]|\([^()]*\))*\)",
    re.ASCII,
)
_BEGINS = ("$", "!", "(", "isset")


def odd_condition(text: str) -> str | None:
    """Why it is none; None where it may be one."""
    condition = text.strip()
    if not text:  # is taken for none
        return None
    if not condition.startswith(_BEGINS):
        return "doesn't begin with a comparison"
    if _COMPARISON.search(condition) is None:
        return "compares no $field with a value"
    return None if condition.endswith(")") else "has something behind its last comparison"
