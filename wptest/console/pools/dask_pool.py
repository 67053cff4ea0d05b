"""The pool of Dask's workers: on this machine, or on as many as a scheduler has.

Dask decides who does what, takes work from those who have too much, and does again what a worker had that is gone.
What is done is the same as in worker processes, and done in one beside each of its workers.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable
from threading import Event
from typing import Any, TypeVar

import click
from distributed import Client, Future, KilledWorker, LocalCluster

from wptest.console.interrupt import interrupt_later
from wptest.console.pools import dask_worker
from wptest.console.pools.dask_worker import Came, do, end_session, same
from wptest.console.pools.machine_needs import Surroundings
from wptest.pool.pool_port import AHEAD, BATCH_ITEMS, LostError, NobodyLeftError, Pending, Pool, PoolTask, how_often

_Answer = TypeVar("_Answer")

LOCAL, REMOTE = "local:", "dask://"
_TO_COME = 30  # seconds, for the scheduler and its first worker
_TO_END = 2  # seconds
_GLANCE = 0.5


class DaskPool(Pool):
    """Works on Dask: `local:N` or `dask://HOST:PORT`.

    Raises:
        click.ClickException: it can't be reached, or has no worker.
    """

    batch = BATCH_ITEMS

    def __init__(self, where: str, surroundings: Surroundings, tell: Callable[[str], None]) -> None:
        super().__init__()
        self.where = where
        self.surroundings = surroundings
        self._number = 0
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is told here
        self._cluster = _local(int(where.removeprefix(LOCAL)), self.attempts) if where.startswith(LOCAL) else None
        try:
            address = self._cluster or where.replace(REMOTE, "tcp://", 1)
            self.client = Client(address, timeout=_TO_COME, set_as_default=False)
            tell(f"dask: {self.client.scheduler.address}, dashboard {self.client.dashboard_link}")
            self.client.wait_for_workers(1, timeout=_TO_COME)
        except (OSError, TimeoutError) as error:
            self.end()
            raise click.ClickException(
                f"--on {where}: no scheduler with a worker can be reached: {error}"
            ) from None
        self.ahead = AHEAD * sum(self.client.nthreads().values())
        self._around = self.client.submit(same, surroundings, key=f"wptest-{surroundings.session}")

    def give(self, task: PoolTask[_Answer], near: Pending[Any] | None = None) -> Pending[_Answer]:
        """See `Pool`."""
        self._number += 1
        name = f"wptest-{self.surroundings.session}-{self._number}"
        return _Given(self, name, pickle.dumps(task), near.worker if isinstance(near, _Given) else "")

    def submit(self, name: str, task: bytes, worker: str) -> Future[Came]:
        """Have a pickled task done, best by this worker."""
        near = {"workers": [worker], "allow_other_workers": True, "priority": 1} if worker else {}
        return self.client.submit(do, self._around, task, key=name, **near)

    @property
    def is_lost(self) -> bool:
        """Whether the scheduler can't be reached any more."""
        return bool(self.client.status != "running")

    def end(self) -> None:
        """See `Pool`."""
        with interrupt_later():
            if (client := getattr(self, "client", None)) is not None:
                if not self.is_lost:
                    _quietly(lambda: client.run(end_session, self.surroundings.session, on_error="ignore"))
                _quietly(lambda: client.close(timeout=_TO_END))
            if (cluster := self._cluster) is not None:
                _quietly(lambda: cluster.close(timeout=_TO_END))


class _Given(Pending[_Answer]):
    """A task, and what Dask says of it."""

    def __init__(self, pool: DaskPool, name: str, task: bytes, worker: str) -> None:
        self.worker = worker
        self._pool = pool
        self._name = name
        self._task: bytes = task
        self._deaths = 0
        self._come = Event()
        self._future: Future[Came] | None = None
        self._begin()

    @property
    def is_done(self) -> bool:
        """See `Pending`."""
        return self._come.is_set() and not self._pool.is_lost

    def drop(self) -> None:
        """See `Pending`."""
        if self._future is not None:
            self._future.cancel()

    def answer(self) -> _Answer:
        """See `Pending`."""
        while True:
            came = self._wait()
            self.worker = came.worker
            if came.unfit:
                raise click.ClickException(f"the worker at {came.worker} can't do it: {came.unfit}")
            if not came.ended:
                answer: _Answer = _opened(came.answer)
                return answer
            self._deaths += 1
            if not came.killed or self._deaths == self._pool.attempts:
                raise LostError(how_often(came.ended, self._deaths))
            self._begin()

    def _begin(self) -> None:
        if self._pool.is_lost:
            raise NobodyLeftError(_gone(self._pool.where))
        self._come.clear()
        self._future = self._pool.submit(f"{self._name}-{self._deaths}", self._task, self.worker)
        self._future.add_done_callback(self._has_come)

    def _has_come(self, _future: Future[Came]) -> None:
        self._come.set()
        self._pool.ended()

    def _wait(self) -> Came:
        while not self._come.wait(_GLANCE):
            if self._pool.is_lost:
                raise NobodyLeftError(_gone(self._pool.where))
        future, self._future = self._future, None  # the answer is of no more use where it is
        assert future is not None, "it was begun"
        try:
            came: Came = future.result(timeout=_TO_END)
        except KilledWorker:
            raise LostError(f"{self._pool.attempts} or more of Dask's workers ended unexpectedly") from None
        except (ImportError, AttributeError) as error:
            raise click.ClickException(f"a worker of {self._pool.where} has no such wptest: {error}") from None
        except Exception as error:  # noqa: BLE001 - Dask raises what it has met, wherever that was
            if future.status == "cancelled" or self._pool.is_lost:
                raise NobodyLeftError(_gone(self._pool.where)) from None
            if future.status == "lost":  # it was there, and went with the worker that had it
                return Came("", ended="a worker was killed", killed=True)
            raise LostError(f"Dask says: {error}") from None
        return came


def _opened(pickled: bytes) -> Any:
    is_answer, what = pickle.loads(pickled)  # noqa: S301 - our own worker has made it
    if not is_answer:
        raise what
    return what


def _gone(where: str) -> str:
    return f"the scheduler of {where} is gone"


def _quietly(act: Callable[[], object]) -> None:
    """What can't be ended in an orderly way is left to Dask."""
    try:
        act()
    except Exception:
        logging.getLogger("distributed").debug("not ended", exc_info=True)


def _local(workers: int, attempts: int) -> LocalCluster:
    """A scheduler and workers on this machine, which is reached from nowhere else."""
    import dask  # noqa: PLC0415

    dask.config.set({"distributed.scheduler.allowed-failures": attempts - 1})
    with interrupt_later():
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
            preload=[dask_worker.__name__],
        )
