"""Waiting for something that programs bring about, so that they stop right there."""

from __future__ import annotations

from engine.machine import Machine


class Awaited:
    """Something that a task waits for: seen at its n-th time, it wakes the task, and everybody else lets it run."""

    def __init__(self, machine: Machine, nth: int = 1) -> None:
        self.seen = False
        self._machine = machine
        self._left = nth
        self._task = machine.scheduler.running()

    def see(self) -> None:
        """It has happened once more."""
        self._left -= 1
        if self._left == 0:
            self.seen = True
            self._machine.storage.let_run_first(self._task)

    def go_on(self) -> None:
        """The task runs again, and so may everybody else."""
        self._machine.storage.has_run(self._task)
