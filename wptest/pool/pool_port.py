"""The port of a pool of workers: tasks go in, and each answer is asked for where it is wanted.

So the answers come in the order in which somebody asks, however many work on them, and what is made of them is the
same with one worker and with a hundred.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")

# What a worker keeps from one task to the next, by the name of what it is about. A task may not rely on it: another
# worker has another one, and one that takes the place of a dead worker has nothing.
Desk = dict[str, Any]
PoolTask = Callable[[Desk], _Answer]
Work = Callable[[Desk, Sequence[_Item]], Iterable[_Answer]]  # an answer to each item, in their order
BATCH_ITEMS = 16  # short runs that make a task worth sending
AHEAD = 4  # tasks for each worker
_ATTEMPTS = 3


class LostError(Exception):
    """A task has no answer: whoever worked on it has died; the text says how often, and how."""


class NobodyLeftError(LostError):
    """There is nobody any more who could do a task."""


def how_often(how: str, deaths: int) -> str:
    """How the last of so many workers has ended who had a task."""
    return how if deaths == 1 else f"{how}, as {deaths - 1} before it did,"


class Pending(ABC, Generic[_Answer]):
    """A task that was given to a pool."""

    @property
    @abstractmethod
    def is_done(self) -> bool:
        """Whether the answer can be had without waiting."""

    @abstractmethod
    def answer(self) -> _Answer:
        """Wait for the answer; what the task raises is raised here.

        Raises:
            LostError: there will be none.
        """

    def drop(self) -> None:
        """Nobody wants the answer any more: it needs not be done."""


class Pool(ABC):
    """Workers who do tasks; as a context it ends them, whatever they still do.

    Attributes:
        ahead: how many tasks have to be in its hands, so that nobody waits while an answer is looked at.
        batch: how many short runs make a task that is worth sending.
        attempts: how many workers a task may kill before it is lost.
        ended: is called whenever one more task has ended, maybe out of order.
    """

    ahead: int
    batch: int = 1
    attempts: int = _ATTEMPTS

    def __init__(self) -> None:
        self.ended: Callable[[], None] = _nothing

    @abstractmethod
    def give(self, task: PoolTask[_Answer], near: Pending[Any] | None = None) -> Pending[_Answer]:
        """Take a task, which can be sent to another process; best for the worker who has the one it is `near`."""

    def stream(self, work: Work[_Item, _Answer], items: Sequence[_Item]) -> Iterator[_Answer]:
        """The answers of `work` to many items, in their order.

        Raises:
            LostError: one has none; the text says which.
        """
        batches = list(self._batches(items))
        tasks = (Batch(work, batch) for batch in batches)
        for batch, pending in zip(batches, given_ahead(self, tasks), strict=True):
            yield from self._answers(work, batch, pending)

    def give_all(
        self, work: Work[_Item, _Answer], items: Sequence[_Item], near: Pending[Any] | None = None
    ) -> Iterator[_Answer]:
        """The same for a few items that are given at once, as one task."""
        return self._answers(work, items, self.give(Batch(work, items), near)) if items else iter(())

    @abstractmethod
    def end(self) -> None:
        """End the workers now: what they still do is of no use to anybody."""

    def _batches(self, items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
        """Smaller ones in the end, so that all workers end at the same time."""
        begin = 0
        while begin < len(items):
            end = begin + max(1, min(self.batch, (len(items) - begin) // (2 * self.ahead)))
            yield items[begin:end]
            begin = end

    def _answers(
        self, work: Work[_Item, _Answer], items: Sequence[_Item], pending: Pending[Sequence[_Answer]]
    ) -> Iterator[_Answer]:
        """The answers to a batch; where one of its items kills whoever works on it, each by itself."""
        try:
            yield from pending.answer()
        except NobodyLeftError:
            raise
        except LostError:
            for item in items:
                yield from named(self.give(Batch(work, (item,))), item)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def _nothing() -> None:
    """Nobody counts them."""


@dataclass(frozen=True, slots=True)
class Batch(Generic[_Item, _Answer]):
    """Some items, as one task."""

    work: Work[_Item, _Answer]
    items: Sequence[_Item]

    def __call__(self, desk: Desk) -> Sequence[_Answer]:
        """See `PoolTask`."""
        return list(self.work(desk, self.items))


def named(pending: Pending[_Answer], what: object) -> _Answer:
    """The answer; where it is lost, the error says what it was about."""
    try:
        return pending.answer()
    except NobodyLeftError:
        raise
    except LostError as error:
        raise LostError(f"{error} while it worked on: {what}") from None


def given_ahead(pool: Pool, tasks: Iterable[PoolTask[_Answer]]) -> Iterator[Pending[_Answer]]:
    """The tasks in their order, given to a pool; no more of them are taken than it needs to be busy."""
    waiting: deque[Pending[_Answer]] = deque()
    for task in tasks:
        waiting.append(pool.give(task))
        if len(waiting) > pool.ahead:
            yield waiting.popleft()
    while waiting:
        yield waiting.popleft()
