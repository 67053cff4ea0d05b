"""Calling foreign code from a task: plain synchronous code that may wait, one side running at a time.

Foreign code runs in a thread of its own, and control is handed over strictly: while it runs, the scheduler
stands still, and while it waits for something that it asked the task to await, its thread stands still. So
there are threads and no concurrency, and the order of everything is the scheduler's.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from types import FrameType
from typing import Any, TypeVar

from engine.kernel.channel import Flag
from engine.kernel.scheduler import Scheduler

_T = TypeVar("_T")
Request = Callable[[], Awaitable[Any]]

_LONGEST_UNWINDING = 1.0  # seconds, on the real clock: a daemon thread that takes longer is left to itself
_WATCHFUL = 0.5  # seconds, on the real clock
_local = threading.local()
_started: dict[Foreign, None] = {}  # in the order in which they were started


class Abandoned(BaseException):
    """Raised inside foreign code whose process has ended: it unwinds, and nothing that it asks for is done."""


class Foreign:
    """A thread for foreign code, started with the first call; several calls wait for each other.

    Args:
        scheduler: runs the tasks that call.
        name: what the thread is called.
        resumed: called each time before foreign code gets control.
        context: whatever the foreign side wants to find through `current`.

    Attributes:
        scheduler: as it was given.
    """

    def __init__(
        self, scheduler: Scheduler, name: str, resumed: Callable[[], None] = lambda: None, context: Any = None
    ) -> None:
        self.name = name
        self.context = context
        self.scheduler = scheduler
        self._resumed = resumed
        self._thread: threading.Thread | None = None
        self._turn = _closed()  # opens for the foreign side
        self._back = _closed()  # opens for the task's side
        self._running = False  # the foreign side has control
        self._ending = False
        self._busy: Flag | None = None
        self._function: Callable[[], Any] | None = None
        self._request: Request | None = None
        self._value: Any = None
        self._error: BaseException | None = None

    async def call(self, function: Callable[[], _T]) -> _T:
        """Run `function` in the thread, awaiting here whatever it asks for: its result, or its exception."""
        while self._busy is not None:
            await self._busy.wait()
        self._busy = Flag(self.scheduler)
        self._function = function
        self._hand_over(None, None)
        while self._request is not None:
            request, self._request = self._request, None
            try:
                answer, refusal = await request(), None
            except Exception as error:  # noqa: BLE001 - it is the foreign code's to handle
                answer, refusal = None, error
            self._hand_over(answer, refusal)
        busy, self._busy = self._busy, None
        busy.set()
        return self._taken()  # type: ignore[no-any-return]

    def ask(self, request: Request) -> Any:
        """From inside foreign code: make the task await `request()`; its result, or its exception.

        Raises:
            Abandoned: the process has ended.
        """
        self._go_on()
        self._request = request
        self._give_back()
        self._turn.acquire()
        self._go_on()
        return self._taken()

    @property
    def running(self) -> bool:
        """Whether the foreign side has control."""
        return self._running

    @property
    def in_call(self) -> bool:
        """Whether it was called and hasn't come back: it has control, or waits for something."""
        return self._busy is not None

    @property
    def frame(self) -> FrameType | None:
        """Where its thread is."""
        return None if self._thread is None else sys._current_frames().get(self._thread.ident or 0)  # noqa: SLF001

    def end(self) -> None:
        """Unwind what runs and end the thread; nothing can be called afterwards."""
        self._ending = True
        if self not in _started or self._thread is None:
            return
        del _started[self]
        if self._thread.ident is None:  # an interrupt came before it began
            return
        if self._running:  # we come from an interrupt, and it computes
            _raise_in(self._thread)
        with suppress(RuntimeError):  # an interrupt came when control was handed over and nobody had taken it yet
            self._turn.release()
        self._thread.join(_LONGEST_UNWINDING)

    def _hand_over(self, value: object, error: BaseException | None) -> None:
        """Give control to the foreign side, and wait until it gives it back."""
        self._value, self._error = value, error
        self._resumed()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self.name, daemon=True)
            _started[self] = None
            self._thread.start()
        self._running = True
        self._turn.release()
        while not self._back.acquire(timeout=_WATCHFUL):  # an interrupt that comes just before it goes unnoticed
            pass

    def _give_back(self) -> None:
        self._running = False
        self._back.release()

    def _taken(self) -> Any:
        """The value that the other side left, or its exception."""
        value, error = self._value, self._error
        self._value = self._error = None
        if error is not None:
            raise error
        return value

    def _work(self) -> None:
        _local.foreign = self
        with suppress(Abandoned):
            while True:
                self._turn.acquire()
                self._go_on()
                assert self._function is not None, "who hands over has a function to call"
                function, self._function = self._function, None
                try:
                    value, error = function(), None
                except BaseException as raised:  # noqa: BLE001 - it is raised in the task that called
                    value, error = None, raised
                self._go_on()
                self._value, self._error = value, error
                self._give_back()

    def _go_on(self) -> None:
        if self._ending:
            raise Abandoned


def without_waiting(coro: Coroutine[Any, Any, _T]) -> _T:
    """What a coroutine returns that waits for nothing: for whoever can't await it."""
    try:
        coro.send(None)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    coro.close()
    message = "it waits for something"
    raise RuntimeError(message)


def current() -> Foreign | None:
    """The foreign code that is calling this; None when the engine or anybody else is."""
    found: Foreign | None = getattr(_local, "foreign", None)
    return found


def running_frame() -> FrameType | None:
    """Where the foreign code is that has control now; None if none has."""
    running = next((each for each in _started if each.running), None)
    return None if running is None else running.frame


def in_calls() -> list[Foreign]:
    """The foreign code that was called and hasn't come back."""
    return [each for each in _started if each.in_call]


def end_all() -> None:
    """End whatever foreign code is left, at the end of a run that was cut short."""
    for foreign in list(_started):
        foreign.end()


def _closed() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


def _raise_in(thread: threading.Thread) -> None:
    import ctypes  # noqa: PLC0415 - hardly ever needed, and slow to import

    assert thread.ident is not None, "it has been started"
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(Abandoned))
