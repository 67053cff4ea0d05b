"""Checks at a moment at which nothing has happened yet: a program was started, and no time has passed since."""

from __future__ import annotations

from collections.abc import Iterator

from engine.programs.command import Command
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.words.steps import Step


def check_moments(scene: Scene) -> None:
    """Warn where `then` is judged right after a program was started."""
    ended: set[str] = set()
    steps = scene.scenario.when
    for index in range(len(steps) - 1, -1, -1):
        step = steps[index]
        if step.run is not None or step.wait is not None or step.power_loss is not None:
            return
        if step.start is not None and step.start.program not in ended:
            _warn(scene, index, step.start)
        ended.update(_ended(step))
        if step.trigger is not None:
            return


def _ended(step: Step) -> Iterator[str]:
    """The programs that are other ones before a step, or end with it."""
    if step.start is not None:
        yield step.start.program
    if step.kill is not None:
        yield step.kill
    yield from (program for program, signal in (step.signal or {}).items() if signal == "KILL")


def _warn(scene: Scene, index: int, command: Command) -> None:
    program, path = command.program, ("when", index, "start")
    wait = "wait: idle" if command.mode == "daemon" else f"wait: {{exit: {program}}}"
    message = f"'then' is judged right after this start: {program} has done nothing by then"
    scene.warn(path, message, Code.NOT_WAITED, help_=f"add a step '{wait}' after it", proves_nothing=True)
