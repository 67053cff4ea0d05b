"""Waiting in a run's world: for a condition, for time, for an event or an operation, and how long in vain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engine.databases.request import FaultPoint
from engine.kernel import Event, Process, sleep
from engine.kernel.scheduler import Task, park
from engine.machine import Machine, Program
from engine.servers.on_machine import servers_on
from engine.storage.glob import path_pattern
from engine.units import format_duration

if TYPE_CHECKING:
    from engine.servers.server_setup import RequestMoment


class StuckError(Exception):
    """Nothing has moved for so long that what is waited for won't come."""


class LimitError(Exception):
    """The longest virtual time that the scenario may take is over."""


class _Awaited:
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


class _Stillness:
    """Since when nothing has moved; asked for in each round of a wait."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._moved, self._since = machine.work, machine.scheduler.now

    def lasts(self, patience: int) -> bool:
        """Whether nothing has moved for that long, in nanoseconds."""
        now = self._machine.scheduler.now
        if self._machine.work != self._moved:
            self._moved, self._since = self._machine.work, now
            return False
        return now - self._since >= patience


class Waiter:
    """How a run waits, and when it gives up; `endless` are the tasks that wait as long as the run takes.

    Until `rests_until` a step just lets time pass, which has an end by itself.

    Args:
        machine: whose time goes by.
        programs: all programs that were ever started; the list grows.
        patience: for how many nanoseconds nothing may move, where the scenario has no pauses.
        pause: the longest time for which the scenario may rightly stand still.
        glance: how often somebody who waits looks whether a program is left that could bring it about.
        limit: the monotonic time at which all waiting ends; None is none.
    """

    def __init__(
        self,
        machine: Machine,
        programs: Sequence[Program],
        *,
        patience: int,
        pause: int,
        glance: int,
        limit: int | None,
    ) -> None:
        self.patience = patience + pause
        self._usual = patience
        self.limit = limit
        self.endless: set[Task] = set()
        self.rests_until = 0
        self._machine = machine
        self._programs = programs
        self._glance = glance

    def allow_pause(self, duration: int) -> None:
        """Say that the scenario may rightly stand still for so many nanoseconds."""
        self.patience = max(self.patience, self._usual + duration)

    @property
    def standstill(self) -> int:
        """For how many nanoseconds the scenario may rightly stand still, as far as is known now."""
        return self.patience - self._usual

    @property
    def running(self) -> str:
        """The names of the programs that run now."""
        return ", ".join(program.called for program in self._alive) or "no program"

    @property
    def given_up(self) -> str:
        """What to say where nothing moves any more."""
        if not self._alive:
            return "no program runs"
        return f"nothing has moved for {format_duration(self.patience)} ({self.running} still running)"

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; it is looked at whenever a program ends or has nothing to do.

        Raises:
            StuckError: nothing has moved for longer than the patience lasts.
            LimitError: the scenario's `limit` is over.
        """
        still = _Stillness(self._machine)
        while not condition():
            await self._machine.watch(self._bounded(self.patience))
            if still.lasts(self.patience):
                raise StuckError

    async def until_ended(self, process: Process) -> None:
        """Wait until a process has ended. Raises as `until` does."""
        await self.until(lambda: not process.alive)

    async def until_idle(self) -> None:
        """Wait until every program that runs has looked anew and found nothing to do, and nothing moved since.

        Raises:
            StuckError: see `until`.
        """
        # A program that was idle before we came may not have seen what has just been done to it.
        rounds = {id(program): program.rounds for program in self._programs}

        def idle() -> bool:
            return all(
                program.rounds > rounds.get(id(program), 0) and program.idle_at == self._machine.work
                for program in self._alive
            )

        await self.until(idle)

    async def pause(self, duration: int) -> None:
        """Let time pass.

        Raises:
            LimitError: the scenario's `limit` is over before.
        """
        bounded = self._bounded(duration)
        if self._machine.scheduler.running() not in self.endless:
            self.rests_until = self._machine.scheduler.now + bounded
        await sleep(bounded)
        if bounded < duration:
            raise LimitError

    async def until_event(self, kind: str, fits: Callable[[Event], bool] = lambda _event: True) -> None:
        """Wait for an event of `kind` that fits; whoever caused it stops before its next operation on disk.

        Raises:
            StuckError: see `until`, or no program is left that could cause it.
        """
        awaited = _Awaited(self._machine)

        def look(event: Event) -> None:
            if fits(event):
                awaited.see()

        self._machine.trace.listen(kind, look)
        try:
            await self._until_seen(awaited)
        finally:
            self._machine.trace.unlisten(kind, look)

    async def until_operation(self, operation: str, pattern: str, nth: int) -> None:
        """Wait until a program is about to do the n-th such operation on a matching file; it waits for us.

        Raises:
            StuckError: see `until_event`.
        """
        awaited = _Awaited(self._machine, nth)
        fits = path_pattern(pattern).fullmatch

        def watcher(done: str, path: str, _process: Process) -> None:
            if done == operation and fits(path):
                awaited.see()

        self._machine.storage.watchers.append(watcher)
        try:
            await self._until_seen(awaited)
        finally:
            self._machine.storage.watchers.remove(watcher)

    async def until_request(self, server: str, table: str, point: FaultPoint, nth: int) -> None:
        """Wait until the n-th request to write to a table has come to a point; whoever has it in hand waits.

        Raises:
            StuckError: see `until_event`.
        """
        awaited = _Awaited(self._machine, nth)

        def watcher(moment: RequestMoment) -> None:
            if moment.table == table and moment.point == point:
                awaited.see()

        watchers = servers_on(self._machine).by_name[server].watchers
        watchers.append(watcher)
        try:
            await self._until_seen(awaited)
        finally:
            watchers.remove(watcher)

    async def _until_seen(self, awaited: _Awaited) -> None:
        if self._machine.scheduler.running() in self.endless:
            await park()
            awaited.go_on()
            return
        still = _Stillness(self._machine)
        while True:
            await park(self._bounded(min(self.patience, self._glance)))
            if awaited.seen:
                awaited.go_on()
                return
            if not self._alive or still.lasts(self.patience):
                raise StuckError

    @property
    def _alive(self) -> list[Program]:
        return [program for program in self._programs if program.process.alive]

    def _bounded(self, duration: int) -> int:
        """At most as long as the scenario may still take."""
        if self.limit is None:
            return duration
        left = self.limit - self._machine.scheduler.now
        if left <= 0:
            raise LimitError
        return min(duration, left)
