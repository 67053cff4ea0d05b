"""A simulated process: its tasks live and die together."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import NoReturn

from engine.kernel.channel import Flag
from engine.kernel.scheduler import Main, Scheduler, Task, park

_KILLED = 128
_MANY = 64


class Signal(Enum):
    """The signals that programs get, with their numbers on Linux."""

    HUP = 1
    INT = 2
    KILL = 9
    USR1 = 10
    USR2 = 12
    PIPE = 13
    TERM = 15


class Process:
    """One running program: it owns its tasks, and through `on_end` its open handles and locks.

    Nothing of a killed process runs again, not even clean-up code; what it held in its own memory is gone.

    Args:
        scheduler: runs its tasks.
        name: the program's name.
        number: unique in one simulated machine, like a process id.
        graceful: the signals that ask it to stop.
        ignored: the signals that do nothing; all others kill it.

    Attributes:
        asked: a signal has asked it to stop; it may also stop of itself.
        paused: it stands still until it is resumed.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        name: str,
        number: int,
        graceful: frozenset[Signal] = frozenset(),
        ignored: frozenset[Signal] = frozenset({Signal.HUP}),
    ) -> None:
        self.name = name
        self.number = number
        self.alive = True
        self.exit_code: int | None = None
        self.killed_by: Signal | None = None
        self.asked = False
        self.paused = False
        self._was_held_back = False
        self.stop = Flag(scheduler)
        self.ended = Flag(scheduler)
        self.on_end: list[Callable[[], None]] = []
        self._graceful = graceful
        self._ignored = ignored
        self._scheduler = scheduler
        self._tasks: list[Task] = []

    def spawn(self, coro: Main) -> Task:
        """Start a task that belongs to this process."""
        assert self.alive, "nothing of it runs any more, so nobody could start it"
        task = self._scheduler.spawn(coro)
        if len(self._tasks) >= _MANY:  # a daemon starts one for each outage, and runs for months
            self._tasks = [task for task in self._tasks if not task.done]
        self._tasks.append(task)
        return task

    def signal(self, number: Signal) -> None:
        """Deliver a signal: stop gracefully, ignore it, or die."""
        if not self.alive or number in self._ignored:
            return
        if number in self._graceful:
            self.asked = True
            self.stop.set()
        else:
            self.kill(number)

    def kill(self, number: Signal = Signal.KILL) -> None:
        """End it at once without running any of its code."""
        if self.alive:
            self.killed_by = number
            self._end(_KILLED + number.value)

    def pause(self) -> None:
        """Let it stand still, as SIGSTOP does: time goes on, and none of its code runs until `resume`."""
        if self.alive:
            self.paused = True
            for task in self._tasks:
                self._scheduler.hold(task)

    def resume(self) -> None:
        """Let it go on, as SIGCONT does."""
        if self.paused:
            self._was_held_back = self.was_held_back
            self.paused = False
            for task in self._tasks:
                self._scheduler.release(task)

    @property
    def was_held_back(self) -> bool:
        """Whether it would have gone on while it was paused, so that the pause made a difference."""
        return self._was_held_back or (self.paused and any(task.is_held_back for task in self._tasks))

    async def exit(self, code: int) -> NoReturn:
        """End it from within, with `code`; the calling task never goes on."""
        self._end(code)
        await never()

    def _end(self, code: int) -> None:
        assert self.alive, "a process ends once: its files would be closed, and its end told, a second time"
        self._was_held_back = self.was_held_back
        self.alive = self.paused = False
        self.exit_code = code
        for task in self._tasks:
            self._scheduler.discard(task)
        # After the tasks: else one of them could still use a descriptor that is somebody else's by now.
        assert not any(task.runs_again for task in self._tasks), "its code would run after its end"
        for release in self.on_end:
            release()
        self.ended.set()


async def never() -> NoReturn:
    """Wait for ever: what is left to do for code of a process that has ended."""
    while True:
        await park()
