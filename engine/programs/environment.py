"""The environment variables that programs read."""

from __future__ import annotations

from collections.abc import Mapping

from engine.sinks.kinds.test_rescue import PHASES_VARIABLE
from engine.text.mistake import Mistake
from engine.units import parse_count, parse_phases

COUNTS = ("LINE_CNT", "STAT_SEC")


def handed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """Those of the variables that programs read, counts written plainly; one that is set to nothing isn't set.

    Raises:
        Mistake: a value makes no sense.
    """
    found = {}
    for name in (PHASES_VARIABLE, *COUNTS):
        value = environment.get(name, "").strip()
        if not value:
            continue
        try:
            # Called for what it raises: phases are handed on as they are written.
            found[name] = value if name == PHASES_VARIABLE and parse_phases(value) else str(parse_count(value))
        except Mistake as error:
            raise Mistake(f"the environment variable {name}: {error}") from None
    return found
