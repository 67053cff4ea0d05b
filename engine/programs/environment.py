"""The environment variables that programs read."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sinks.kinds.test_rescue import PHASES_VARIABLE
from engine.text.mistake import Mistake
from engine.units import parse_count, parse_phases

COUNTS = ("LINE_CNT", "STAT_SEC")
READ_BY_PROGRAMS = (PHASES_VARIABLE, *COUNTS)


def handed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """Those of the variables that programs read, counts written plainly; one that is set to nothing isn't set.

    Raises:
        Mistake: a value makes no sense.
    """
    found = {}
    for name in READ_BY_PROGRAMS:
        value = environment.get(name, "").strip()
        if not value:
            continue
        try:
            found[name] = plain_value(name, value)
        except Mistake as error:
            raise Mistake(f"the environment variable {name}: {error}") from None
    return found


def plain_value(name: str, value: str) -> str:
    """The value of one of them, a count written plainly; phases are handed on as they are written.

    Raises:
        Mistake: it makes no sense.
    """
    return value if name == PHASES_VARIABLE and parse_phases(value) else str(parse_count(value))
