"""The regular expression that a line is taken apart by."""

from __future__ import annotations

import re
import warnings

from engine.text.mistake import Mistake


def field_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern, with a named group for each field.

    Raises:
        Mistake: it is none, or names no group.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python may read otherwise: a mistake only there
            compiled = re.compile(pattern)
    except re.error as error:
        at = None if error.pos is None else (error.pos, 1)
        raise Mistake(f"the pattern is no regular expression: {error.msg}", within=at) from None
    except (OverflowError, RecursionError):
        raise Mistake("the pattern is no regular expression: it is too large") from None
    if not compiled.groupindex:
        raise Mistake("the pattern names no group", "a group like (?P<code>\\d+) for each field")
    return compiled
