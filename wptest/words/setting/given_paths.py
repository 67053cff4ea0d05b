"""`given: paths:` as a scenario's author uses them: what the run's directory has in the place of an outer path."""

from __future__ import annotations

import posixpath
from typing import Any


def in_the_run(path: str, scenario: Any) -> str | None:
    """Where a path leads that a scenario, as plain data, gives a place in the run; None for any other path."""
    given = scenario.get("given") if isinstance(scenario, dict) else None
    paths = given.get("paths") if isinstance(given, dict) else None
    known = {
        posixpath.normpath(outer): inner
        for outer, inner in (paths.items() if isinstance(paths, dict) else ())
        if isinstance(outer, str) and isinstance(inner, str)
    }
    path = posixpath.normpath(path)
    fitting = [outer for outer in known if path == outer or path.startswith(f"{outer.rstrip('/')}/")]
    if not fitting:
        return None
    longest = max(fitting, key=len)
    return posixpath.normpath(f"{known[longest]}/{path[len(longest.rstrip('/')) :]}")
