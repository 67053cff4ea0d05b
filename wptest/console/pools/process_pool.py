"""The pool of several processes of this machine."""

from __future__ import annotations

from collections import deque
from multiprocessing.connection import wait
from typing import Any, TypeVar

import click

from engine.text.mistake import reason_of
from wptest.console.interrupt import interrupt_later
from wptest.console.pools.worker_process import GLANCE, TO_END, Worker
from wptest.play.stopwatch import seconds_now
from wptest.pool.pool_port import AHEAD, BATCH_ITEMS, LostError, Pending, Pool, PoolTask, how_often

_Answer = TypeVar("_Answer")


class ProcessPool(Pool):
    """Works in so many processes, which are started when there is something to do for them."""

    batch = BATCH_ITEMS

    def __init__(self, workers: int) -> None:
        super().__init__()
        self.ahead = AHEAD * workers
        self._most = workers
        self._todo: deque[_Given[Any]] = deque()
        self._workers: list[_Employed] = []

    def give(self, task: PoolTask[_Answer], near: Pending[Any] | None = None) -> Pending[_Answer]:
        """See `Pool`."""
        given = _Given(self, task, near.worker if isinstance(near, _Given) else None)
        self._todo.append(given)
        self._set_to_work()
        return given

    def forget(self, given: _Given[Any]) -> None:
        """Leave a task out that nobody works on yet."""
        if given in self._todo:
            self._todo.remove(given)

    def hear(self) -> None:
        """Wait until something comes from a worker that is busy."""
        busy = {each.worker.connection: each for each in self._workers if each.given is not None}
        ready = wait(list(busy), GLANCE)
        for connection, each in busy.items():
            if connection in ready or not each.worker.is_alive:
                self._hear_from(each)
        self._set_to_work()

    def end(self) -> None:
        """See `Pool`."""
        with interrupt_later():
            for each in self._workers:
                each.worker.ask_to_end(busy=each.given is not None)
            deadline = seconds_now() + TO_END
            for each in self._workers:
                each.worker.end(max(0.0, deadline - seconds_now()))
            self._workers.clear()
            self._todo.clear()

    def _set_to_work(self) -> None:
        """Give every worker something to do, and employ more, as long as there is something."""
        for each in list(self._workers):
            if each.given is None and self._todo:
                self._occupy(each)
        while self._todo and len(self._workers) < self._most and self._employ():
            pass

    def _employ(self) -> bool:
        """One more worker, if there can be one."""
        try:
            with interrupt_later():
                self._workers.append(_Employed(Worker()))
        except OSError as error:
            if not self._workers:
                raise click.ClickException(f"no worker process can be started: {reason_of(error)}") from None
            self._most = len(self._workers)
            return False
        self._occupy(self._workers[-1])
        return True

    def _occupy(self, employed: _Employed) -> None:
        given = self._next_for(employed)
        if employed.worker.give(given.task):
            employed.given, given.worker = given, employed
        else:
            self._todo.appendleft(given)
            self._dismiss(employed)

    def _next_for(self, employed: _Employed) -> _Given[Any]:
        """What it knows something of already, else what nobody does, else what another one would know more of."""
        for wanted in (employed, None):
            for given in self._todo:
                if given.worker is wanted:
                    self._todo.remove(given)
                    return given
        return self._todo.popleft()

    def _dismiss(self, employed: _Employed) -> None:
        with interrupt_later():
            employed.worker.end()
            self._workers.remove(employed)

    def _hear_from(self, employed: _Employed) -> None:
        """Take what a worker answers, or see that it has died."""
        given = employed.given
        assert given is not None, "it works on something"
        try:
            is_answer, what = employed.worker.answer()
        except (EOFError, OSError):
            how, killed = employed.worker.ending()
            self._dismiss(employed)
            given.deaths += 1
            if killed and given.deaths < self.attempts:
                given.worker = None
                self._todo.appendleft(given)
            else:
                self._take(given, (False, LostError(how_often(how, given.deaths))))
            return
        employed.given = None
        self._take(given, (is_answer, what))

    def _take(self, given: _Given[Any], outcome: tuple[bool, Any]) -> None:
        given.outcome = outcome
        self.ended()


class _Employed:
    """A worker, and the task that it works on."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.given: _Given[Any] | None = None


class _Given(Pending[_Answer]):
    """A task, the worker who has it or should have it, and what came of it."""

    def __init__(self, pool: ProcessPool, task: PoolTask[_Answer], worker: _Employed | None) -> None:
        self.task = task
        self.worker = worker
        self.deaths = 0
        self.outcome: tuple[bool, Any] | None = None
        self._pool = pool

    @property
    def is_done(self) -> bool:
        """See `Pending`."""
        return self.outcome is not None

    def drop(self) -> None:
        """See `Pending`."""
        self._pool.forget(self)

    def answer(self) -> _Answer:
        """See `Pending`."""
        while self.outcome is None:
            self._pool.hear()
        is_answer, what = self.outcome
        if not is_answer:
            raise what
        answer: _Answer = what
        return answer
