"""Checks at a moment at which nothing has happened yet: a program was started, and no time has passed since."""

from __future__ import annotations

from engine.programs.command import Command
from engine.text.source_text import KeyPath
from wptest.scenario.scene import Scene
from wptest.text.codes import Code
from wptest.words.stage import Lives, State


class _Step(Lives):
    """What one step does to programs that may not have come to their work yet."""

    def __init__(self) -> None:
        self.lets_work = False
        self.started: Command | None = None
        self.ended: set[str] = set()

    def start(self, command: Command) -> None:
        """See `Lives`: before it, it was another one."""
        self.started = command
        self.ended.add(command.name)

    def run(self, command: Command) -> None:
        """See `Lives`."""
        del command
        self.lets_work = True

    def address(self, process: str, place: KeyPath, leaves: State, by: str, *, at_key: bool = False) -> None:
        """See `Lives`."""
        del place, by, at_key
        if leaves is State.KILLED:
            self.ended.add(process)

    def time_passes(self) -> None:
        """See `Lives`."""
        self.lets_work = True

    def power_goes(self) -> None:
        """See `Lives`: none is left."""
        self.lets_work = True


def check_moments(scene: Scene) -> None:
    """Warn where `then` is judged right after a program was started."""
    ended: set[str] = set()
    for index, step in reversed(list(enumerate(scene.scenario.when))):
        told = _Step()
        step.verb.lives(told)
        if told.lets_work:
            return
        if told.started is not None and told.started.name not in ended:
            _warn(scene, index, told.started)
        ended |= told.ended
        if step.trigger is not None:
            return


def _warn(scene: Scene, index: int, command: Command) -> None:
    program, path = command.name, ("when", index, "start")
    wait = "wait: idle" if command.mode == "daemon" else f"wait: {{exit: {program}}}"
    message = f"'then' is judged right after this start: {program} has done nothing by then"
    scene.warn(path, message, Code.NOT_WAITED, help_=f"add a step '{wait}' after it", proves_nothing=True)
