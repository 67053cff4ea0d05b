"""Where YAML's parser stops in a text, and whether it gets further in another one.

The C parser and the pure one agree on where they stop but not on wording, so texts are matched by what they share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

# What is open and never ends: the place to look at is where it begins.
_OPEN = ("flow mapping", "flow sequence", "quoted scalar")


@dataclass(frozen=True, slots=True)
class Stop:
    """The place where the parser gave up, from 1; what it was reading then and since where; what it said.

    `since` is the same as the place where the parser doesn't say.
    """

    line: int
    column: int
    since_line: int
    since_column: int
    told: str

    @property
    def is_open(self) -> bool:
        """Whether something was begun and not ended: a bracket or a quote."""
        return any(part in self.told for part in _OPEN) and "escape" not in self.told

    @property
    def reach(self) -> int:
        """The line up to which the text was understood."""
        return self.since_line if self.is_open else self.line


def stop_of(error: yaml.YAMLError) -> Stop:
    """The place and the words of an error of the parser."""
    told = f"{getattr(error, 'context', None) or ''} {getattr(error, 'problem', None) or error}"
    since = getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None) or since
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    since_line, since_column = (since.line + 1, since.column + 1) if since else (line, column)
    return Stop(line, column, since_line, since_column, told)


def first_stop(text: str) -> Stop | None:
    """Where the parser stops in a text; None where it comes to its end."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for _ in yaml.parse(text, loader):
            pass
    except yaml.YAMLError as error:
        return stop_of(error)
    return None


def gets_further(before: Stop, after: Stop | None, changed: int) -> bool:
    """Whether a change of the line `changed` brought the parser beyond that line and beyond where it stopped."""
    return after is None or after.reach > max(before.reach, changed)
