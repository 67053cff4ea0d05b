"""In a worker of Dask: does tasks in worker processes of our own, one for each of its threads.

So code of somebody's own that hangs or dies is bounded and told as it is on one machine, and what Dask itself does
is never kept waiting.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import NamedTuple

from wptest.console.pools.machine_needs import Surroundings, UnfitError
from wptest.console.pools.worker_process import GLANCE, Worker

_IDLE = 60.0  # seconds: then nobody comes back for a process


class Came(NamedTuple):
    """What came of a task.

    Attributes:
        worker: the address of the worker.
        answer: what came of it, pickled.
        ended: how the process ended that did it, where it did.
        killed: somebody else may have killed it.
        unfit: why this worker can't do it.
    """

    worker: str
    answer: bytes = b""
    ended: str = ""
    killed: bool = False
    unfit: str = ""


class _Hands:
    """The processes of this worker, for one session."""

    def __init__(self, surroundings: Surroundings) -> None:
        surroundings.check()
        self.session = surroundings.session
        self._surroundings = surroundings
        self._lock = Lock()
        self._all: list[Worker] = []
        self._idle: list[Worker] = []
        self._timer: Timer | None = None

    @contextmanager
    def one(self) -> Iterator[Worker]:
        """A process for a task."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            worker = self._idle.pop() if self._idle else self._start()
        yield worker
        with self._lock:
            if worker in self._all:
                self._idle.append(worker)
                self._timer = Timer(_IDLE, self.end)
                self._timer.daemon = True
                self._timer.start()

    def forget(self, worker: Worker) -> None:
        """One has died."""
        with self._lock:
            worker.end()
            self._all.remove(worker)

    def end(self) -> None:
        """End all, whatever they do."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            for worker in self._all:
                worker.kill()
            self._all, self._idle = [], []

    def _start(self) -> Worker:
        given = self._surroundings
        worker = Worker(directory=given.directory, environment=os.environ | dict(given.environment))
        self._all.append(worker)
        return worker


_lock = Lock()
_hands: list[_Hands] = []  # one at most


def _hands_of(surroundings: Surroundings) -> _Hands:
    with _lock:
        if not _hands or _hands[0].session != surroundings.session:
            hands = _Hands(surroundings)
            for other in _hands:
                other.end()
            _hands[:] = [hands]
        return _hands[0]


def end_session(session: str) -> None:
    """Nobody needs what a session still does here."""
    with _lock:
        for hands in _hands:
            if hands.session == session:
                hands.end()
                _hands.clear()


def dask_setup(_worker: object) -> None:
    """Dask calls it in a worker that we have started: Ctrl-C reaches it as well, and is its parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def same(surroundings: Surroundings) -> Surroundings:
    """What tasks depend on: Dask makes it anew where it is lost."""
    return surroundings


def do(surroundings: Surroundings, task: bytes) -> Came:
    """Do a task."""
    from distributed import get_worker  # noqa: PLC0415 - it is there where this is called

    address = str(get_worker().address)
    try:
        hands = _hands_of(surroundings)
        with hands.one() as worker:
            worker.give_pickled(task)
            while not worker.connection.poll(GLANCE) and worker.is_alive:
                pass
            try:
                return Came(address, worker.connection.recv_bytes())
            except (EOFError, OSError):
                how, killed = worker.ending()
                hands.forget(worker)
                return Came(address, ended=how, killed=killed)
    except (UnfitError, OSError) as error:
        return Came(address, unfit=str(error))
