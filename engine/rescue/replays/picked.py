"""The figures of what a replay has read of its file."""

from __future__ import annotations

from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.units import MILLISECOND

TICK = 100 * MILLISECOND


class PickFigures:
    """Counts lines of one rescue file, and says so to the monitor: at once, or at ticks alone (D29)."""

    def __init__(self, program: Program, monitor: Monitor, path: str) -> None:
        self._program = program
        self._monitor = monitor
        self._path = path
        self._at_once = program.behaviour.pick_figures == "exact"
        self._untold = 0
        self._ticked = program.now

    def add(self, lines: int) -> None:
        """Count lines."""
        if self._at_once:
            self._monitor.pick(self._path, lines)
        else:
            self._untold += lines

    def tick(self) -> bool:
        """Whether it is time for a tick, for the first one or since the one before; then tell what was counted."""
        if self._program.now - self._ticked < TICK:
            return False
        self._ticked = self._program.now
        self.tell()
        return True

    def tell(self) -> None:
        """Tell what was counted and hasn't been told."""
        if self._untold:
            self._monitor.pick(self._path, self._untold)
            self._untold = 0
