"""The pool that is this process: a task is done when its answer is asked for, and nothing is sent anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from wptest.pool.pool_port import Desk, Pending, Pool, PoolTask, Work

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


class InProcess(Pool):
    """Works in this process."""

    ahead = 0

    def __init__(self) -> None:
        super().__init__()
        self._desk: Desk = {}

    def give(self, task: PoolTask[_Answer], near: Pending[Any] | None = None) -> Pending[_Answer]:
        """See `Pool`."""
        del near
        return _Later(self, task, self._desk)

    def stream(self, work: Work[_Item, _Answer], items: Sequence[_Item]) -> Iterator[_Answer]:
        """See `Pool`: an answer is made when it is asked for."""
        yield from work(self._desk, items)

    def give_all(
        self, work: Work[_Item, _Answer], items: Sequence[_Item], near: Pending[Any] | None = None
    ) -> Iterator[_Answer]:
        """See `Pool`: the same."""
        del near
        return self.stream(work, items)

    def end(self) -> None:
        """See `Pool`."""
        self._desk.clear()


class _Later(Pending[_Answer]):
    is_done = False  # it may take long

    def __init__(self, pool: Pool, task: PoolTask[_Answer], desk: Desk) -> None:
        self._pool = pool
        self._task = task
        self._desk = desk

    def answer(self) -> _Answer:
        """See `Pending`; it is asked for once."""
        answer = self._task(self._desk)
        self._pool.ended()
        return answer
