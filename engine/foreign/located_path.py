"""A path that foreign code names, on the simulated file system and on the machine."""

from __future__ import annotations

from typing import NamedTuple


class LocatedPath(NamedTuple):
    """Where a path leads.

    Attributes:
        full: its absolute path on the simulated file system.
        shown: what rules and traces know it by: relative to the work root.
        real: its absolute path on the machine.
        inside: whether it is simulated.
    """

    full: str
    shown: str
    real: str
    inside: bool
