"""What power losses take: how many lines files and tables had before one, and what of them is there behind it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.kernel import Event
from engine.machine import Machine
from engine.storage.disk_port import files_below
from wptest.judge.inventory import Inventory
from wptest.judge.line_counts import number_of_lines
from wptest.judge.rescue_names import may_be_replayed, released_name


@dataclass(frozen=True, slots=True)
class TakenLines:
    """A file or a table that a power loss has left with other lines than it had.

    Attributes:
        place: how many events had come before the power loss.
        path: a target, or, if `is_rescue`, a rescue file as it is called when it is released.
        before: how many lines it had; None where it was not there.
        after: how many it has now; None where it is gone.
    """

    place: int
    path: str
    before: int | None
    after: int | None
    is_rescue: bool = False

    @property
    def gone(self) -> int:
        """How many lines are gone."""
        return max(0, (self.before or 0) - (self.after or 0))


class PowerLosses:
    """Looks at targets, tables and rescue files before each power loss and behind it.

    Attributes:
        taken: what was found, in the order of the power losses.
    """

    def __init__(self, machine: Machine, inventory: Inventory, rescue_root: str) -> None:
        self.taken: list[TakenLines] = []
        self._machine = machine
        self._inventory = inventory
        self._root = rescue_root
        self._before: dict[str, int] = {}
        machine.disk.before_cut.listen(self._about_to_cut)
        machine.trace.listen("power.lost", self._power_lost)

    def _about_to_cut(self, number: int | None) -> None:
        if number is None:
            self._before = self._look()

    def _power_lost(self, _event: Event) -> None:
        before, after = self._before, self._look()
        place = len(self._machine.trace.events) - 1
        for path in {**before, **after}:
            if before.get(path) != after.get(path):
                lines, is_rescue = (before.get(path), after.get(path)), path not in self._targets
                self.taken.append(TakenLines(place, path, *lines, is_rescue))

    @property
    def _targets(self) -> set[str]:
        return {*self._inventory.files, *self._inventory.tables}

    def _look(self) -> dict[str, int]:
        """How many lines each file has that is there, and each table."""
        disk, there = self._machine.disk, set(self._machine.disk.list(""))
        found = {path: path for path in sorted(self._inventory.files & there)}
        waiting = filter(may_be_replayed, files_below(disk, self._root))
        found |= {released_name(path): path for path in waiting}
        rows = {table: number_of_lines(self._inventory.content(table)) for table in self._inventory.tables}
        return rows | {name: number_of_lines(disk.content(path)) for name, path in found.items()}
