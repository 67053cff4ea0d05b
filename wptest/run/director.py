"""Plays a scenario's timeline, step by step, in virtual time."""

from __future__ import annotations

from engine.units import format_duration
from wptest.run.steps import Steps
from wptest.run.waiting import LimitError, StuckError
from wptest.words.failures import Failure
from wptest.words.step import Step


class Director(Steps):
    """Takes the steps of `when` in order: waits for a step's trigger, does its action, goes on to the next."""

    chapter = "when"

    async def play(self) -> None:
        """Play the whole timeline, or as much of it as the scenario's limit has room for."""
        for index, step in enumerate(self._world.scenario.when):
            try:
                await self._take(index, step)
            except LimitError:
                message = f"the limit of {format_duration(self._now)} is over at step {index + 1} ({step.verb.key})"
                self._note(index, Failure.LIMIT, message)
                return

    async def _take(self, index: int, step: Step) -> None:
        try:
            await self._trigger(index, step)
        except StuckError:
            self._never_triggered(index, step)
            return
        self._world.machine.emit("wptest", "step", number=index + 1, does=step.verb.key)
        try:
            await self._act(index, step)
        except StuckError:
            self._stuck(index, step)
        self._last_step = self._now
        if step.verb.nature.settles:
            with self._world.subject.still():
                self.findings += self._world.invariants.at_quiet_point()
