"""Plays what happens beside the timeline: each step of `meanwhile` for itself."""

from __future__ import annotations

from engine.kernel import sleep
from engine.kernel.scheduler import Task
from wptest.run.steps import Steps
from wptest.words.step import Step


class MeanwhilePlayer(Steps):
    """Waits for the trigger of each step, in a task of its own, until the timeline is over."""

    chapter = "meanwhile"

    def begin(self) -> None:
        """Let every step wait for its moment."""
        scheduler = self._world.machine.scheduler
        self._waiting: dict[int, Task] = {
            index: scheduler.spawn(self._take(index, step))
            for index, step in enumerate(self._world.scenario.meanwhile)
        }
        self._world.waiting.endless.update(self._waiting.values())

    def end(self) -> None:
        """The timeline is over: whose moment hasn't come, it won't."""
        for index, task in self._waiting.items():
            if not task.done:
                self._world.machine.scheduler.discard(task)
                self._never_triggered(index, self._world.scenario.meanwhile[index])

    async def _take(self, index: int, step: Step) -> None:
        if step.trigger is not None and step.trigger.moment is not None:
            await sleep(step.trigger.moment)
        else:
            await self._trigger(index, step)
        self._world.machine.emit("wptest", "meanwhile", number=index + 1, does=step.verb.key)
        await self._act(index, step)
