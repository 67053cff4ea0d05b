"""Coroutine tasks on one scheduler, with time in integer nanoseconds.

A task talks to the scheduler by what it yields: an integer means "resume me after so many nanoseconds", None
means "park me until somebody wakes me". Timers are ordered by (due, sequence), so ties are first in, first
out; ready tasks run before the next timer. With `schedule` (a random stream) ties and the ready queue are
shuffled by that stream instead, and the same stream gives the same order.

With a `RealTime` driver the very same loop waits for each timer on the machine's monotonic clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine, Generator
from heapq import heappop, heappush
from inspect import CORO_CREATED, getcoroutinestate
from random import Random
from types import coroutine
from typing import Any, Protocol

from engine.kernel import soundness
from engine.kernel.trace import Trace

Main = Coroutine[int | None, object, Any]

_RUNNING = 0
_PARKED = -1
_DEAD = -2
_HELD = -3
_BATCH = 1024


class Deadlock(RuntimeError):
    """Nothing is left to run, and the task that was waited for has not ended."""


class Livelock(RuntimeError):
    """A bound was reached: the simulation goes on without end."""


class Driver(Protocol):
    """Makes the scheduler wait for real; virtual time needs none."""

    def wait(self, due: int | None) -> int:
        """Wait until `due` (None: until a signal) or until a signal; return the time in nanoseconds."""


@coroutine
def sleep(duration: int) -> Generator[int, object, None]:
    """Let `duration` nanoseconds pass for this task; 0 lets every ready task run first."""
    yield duration


@coroutine
def park(timeout: int | None = None) -> Generator[int | None, object, object]:
    """Wait until woken, at most `timeout` nanoseconds: the value given to `wake`, or None on a time-out."""
    return (yield timeout)


def _never(_value: object) -> None:
    """Stand in for a dead task's `send`: it asks for nothing, so nothing of the task ever runs again."""


def _unbounded() -> None:
    """Let a run go on for as long as it likes."""


class Task:
    """One coroutine and what it waits for. Made by `Scheduler.spawn` only."""

    __slots__ = ("abandoned", "coro", "done", "kept", "number", "result", "send", "waiters", "waiting")

    def __init__(self, coro: Main, number: int) -> None:
        self.coro = coro
        self.number = number
        self.send: Callable[[object], int | None] = coro.send
        self.waiting = _RUNNING  # or _PARKED, _DEAD, _HELD, or the sequence number of the timer it sleeps on
        self.done = False
        self.result: Any = None
        self.kept: object = None  # what it was given while it was held
        self.waiters: list[Task] = []
        self.abandoned: Callable[[], None] | None = None  # passes on what a wake-up brought, if it dies before

    @property
    def is_held_back(self) -> bool:
        """Whether it would have gone on by now, had nobody held it."""
        return self.waiting == _HELD

    @property
    def runs_again(self) -> bool:
        """Whether it isn't over, neither done nor stopped for ever."""
        return self.waiting != _DEAD


def _close_unstarted(task: Task) -> None:
    """Let go of a task that has no code to run yet: Python would warn that it was never awaited."""
    if getcoroutinestate(task.coro) == CORO_CREATED:
        task.coro.close()


class Scheduler:
    """Runs tasks in a repeatable order and owns monotonic time.

    Args:
        trace: records each timer that fires; None for none.
        schedule: a random stream that decides among ready tasks and equal timers; None for FIFO.
        driver: waits on a real clock; None for virtual time, which jumps to the next timer.
    """

    def __init__(
        self, trace: Trace | None = None, schedule: Random | None = None, driver: Driver | None = None
    ) -> None:
        self.now = 0
        self.steps = 0
        self.current: Task | None = None
        self._trace = trace
        self._schedule = schedule
        self._driver = driver
        self._timers: list[tuple[int, int, Task]] = []
        self._ready: deque[tuple[Task, object]] = deque()
        self._sequence = 0
        self._spawned = 0

    def spawn(self, coro: Main) -> Task:
        """Make `coro` a task that runs after the tasks that are ready now."""
        assert getcoroutinestate(coro) == CORO_CREATED, "two tasks would resume one coroutine by turns"
        self._spawned += 1
        task = Task(coro, self._spawned)
        self._ready.append((task, None))
        return task

    def wake(self, task: Task, value: object = True) -> bool:
        """Resume a waiting task with `value`; False if it wasn't waiting (a second waker is no surprise)."""
        if task.waiting in (_RUNNING, _DEAD, _HELD):
            return False
        task.waiting = _RUNNING  # its timer, if it has one, finds another number here and is passed over
        self._ready.append((task, value))
        return True

    def discard(self, task: Task) -> None:
        """Stop `task` for ever without running any of its code, not even `finally`: what a kill does."""
        if task.waiting == _RUNNING:
            _close_unstarted(task)
        # It may be in the ready queue or in the heap of timers. To look for it there would make every kill cost as
        # much as there are tasks; with this it is resumed once more and asks for nothing.
        task.send = _never
        task.waiting = _DEAD
        assert not task.runs_again, "a killed task must never be woken: its program would go on after its end"
        if task.abandoned is not None:
            pass_on, task.abandoned = task.abandoned, None
            pass_on()

    def hold(self, task: Task) -> None:
        """Let `task` stand still, as a stopped process does: what it waits for comes, and it doesn't go on."""

        def keep(value: object) -> None:
            # Nobody may wake it a second time: what it was given by then would go to nobody.
            task.waiting = _HELD
            task.kept = value

        if task.runs_again:
            task.send = keep

    def release(self, task: Task) -> None:
        """Let a task that was held go on, with what it was given meanwhile."""
        if task.runs_again:
            task.send = task.coro.send
            if task.is_held_back:
                task.waiting = _RUNNING
                self._ready.append((task, task.kept))
                task.kept = None

    async def join(self, task: Task) -> Any:
        """Wait for `task` to end and return its result."""
        while not task.done:
            assert task is not self.current, "a task that waits for itself never goes on"
            task.waiters.append(self.running())
            await park()
        return task.result

    def running(self) -> Task:
        """The task that is running now."""
        assert self.current is not None, "only a task can wait"
        return self.current

    def run(self, main: Task, *, max_steps: int | None = None, bound: Callable[[], None] = _unbounded) -> Any:
        """Run until `main` has ended and return its result.

        Raises:
            Deadlock: nothing can run any more.
            Livelock: more than `max_steps` steps were taken.
            BaseException: whatever any task raised, or `bound`, which is asked now and then between two steps.
        """
        try:
            self._run_until(main, max_steps, bound)
        except BaseException:
            for task, _ in self._ready:
                _close_unstarted(task)
            raise
        return main.result

    def _run_until(self, main: Task, max_steps: int | None, bound: Callable[[], None]) -> None:
        while not main.done:
            self._run_batch(main)
            if self._trace is not None:
                self._trace.fold()
            if max_steps is not None and self.steps > max_steps:
                message = f"no end in sight after {self.steps} steps"
                raise Livelock(message)
            bound()

    def _run_batch(self, main: Task) -> None:
        """Take up to a batch of steps: the hot loop, hence its local names."""
        timers, ready = self._timers, self._ready
        driver, schedule = self._driver, self._schedule
        tick = self._trace.pending.append if self._trace is not None else None
        checked = soundness.checked
        for step in range(_BATCH):
            if ready:
                if schedule is not None and len(ready) > 1:
                    ready.rotate(-schedule.randrange(len(ready)))
                task, value = ready.popleft()
            elif timers:
                if driver is not None and not self._due(driver, timers[0][0]):
                    continue
                due, sequence, task = heappop(timers)
                if task.waiting != sequence:  # it was woken or killed before, and nobody looked for its timer
                    continue
                assert due >= self.now or driver is not None, "time would go backwards"
                self.now = due if driver is None else max(self.now, due)
                task.waiting = _RUNNING
                value = None
                if tick is not None:
                    tick((due, task.number))
            elif driver is None:
                message = "every task waits for another"
                raise Deadlock(message)
            else:
                self.now = driver.wait(None)
                continue
            self.current = task
            try:
                request = task.send(value)
            except StopIteration as stop:
                self._finish(task, stop.value)
                if task is main:
                    self.steps += step + 1
                    return
            else:
                if task.waiting < _PARKED:  # it was killed, or is held
                    continue
                if request is None:
                    task.waiting = _PARKED
                else:
                    self._sequence = sequence = self._sequence + 1
                    if schedule is not None:  # the number below keeps it unique, and ties the same on every machine
                        sequence += schedule.getrandbits(31) << 64
                    task.waiting = sequence
                    heappush(timers, (self.now + request, sequence, task))
            if checked:
                self._assert_sound()
        self.steps += _BATCH

    def _due(self, driver: Driver, due: int) -> bool:
        """On a real clock: wait for `due`; False when a signal made other tasks ready first."""
        self.now = max(self.now, driver.wait(due))
        return not self._ready and self.now >= due

    def _finish(self, task: Task, result: object) -> None:
        assert not task.done, "a task ends once: its result would change under those who have it"
        task.done = True
        task.result = result
        task.waiting = _DEAD
        for waiter in task.waiters:
            self.wake(waiter)
        task.waiters.clear()

    def _assert_sound(self) -> None:
        """What holds between any two steps."""
        ready = [task for task, _ in self._ready]
        assert len(set(ready)) == len(ready), "a task that is ready twice would get what somebody else was given"
        assert all(task.waiting in (_RUNNING, _DEAD) for task in ready), "who is ready doesn't wait any more"
        if (
            self._driver is None and self._timers
        ):  # real time goes on while a task works, so there timers may be late
            due, sequence, task = self._timers[0]
            assert task.waiting != sequence or due >= self.now, "the next timer would turn time back"
