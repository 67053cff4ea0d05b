"""Bounded channels and flags between tasks, first come first served."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

from engine.kernel.scheduler import Scheduler, Task, park

_T = TypeVar("_T")


class ChannelClosed(Exception):
    """The channel was closed, and everything that was in it has been received."""


class Channel(Generic[_T]):
    """A queue of at most `capacity` items: a full one makes its senders wait.

    A waiting sender's item gets its place in the queue as soon as there is one, so nobody who comes later
    overtakes it; a killed one's item is gone with it.
    """

    __slots__ = ("_capacity", "_closed", "_items", "_receivers", "_scheduler", "_senders")

    def __init__(self, scheduler: Scheduler, capacity: int) -> None:
        assert capacity >= 1, "nothing would ever get through"
        self._scheduler = scheduler
        self._capacity = capacity
        self._items: deque[_T] = deque()
        self._senders: deque[tuple[Task, _T]] = deque()
        self._receivers: deque[Task] = deque()
        self._closed = False

    def __len__(self) -> int:
        return len(self._items)

    @property
    def waiting(self) -> tuple[_T, ...]:
        """What is in the channel now, oldest first."""
        return tuple(self._items)

    @property
    def full(self) -> bool:
        """Whether a sender would have to wait."""
        return len(self._items) >= self._capacity

    async def send(self, item: _T) -> None:
        """Add `item`, waiting while the channel is full.

        Raises:
            ChannelClosed: nothing can be added any more.
        """
        if self._closed:
            raise ChannelClosed
        if not self.offer(item):
            self._senders.append((self._scheduler.running(), item))
            if not await park():
                raise ChannelClosed

    def offer(self, item: _T) -> bool:
        """Add `item` if there is room now; whether there was."""
        if self._closed or len(self._items) >= self._capacity:
            return False
        assert not self._senders or not self._senders[0][0].runs_again, "it would overtake somebody who waits"
        self._items.append(item)
        if self._receivers:
            self._wake_receiver()
        return True

    async def recv(self) -> _T:
        """Take the oldest item, waiting while there is none.

        Raises:
            ChannelClosed: nothing is left, and nothing will come.
        """
        while not self._items:
            if self._closed:
                raise ChannelClosed
            task = self._scheduler.running()
            self._receivers.append(task)
            await park()
            task.abandoned = None
        item = self._items.popleft()
        while self._senders and len(self._items) < self._capacity:
            task, waiting = self._senders.popleft()
            if self._scheduler.wake(task):  # not for a killed one: what it wanted to send is gone with it
                self._items.append(waiting)
        assert len(self._items) <= self._capacity, "more would be in memory than the ledger was told"
        assert not self._senders or self.full, "a sender would wait beside free room, maybe for ever"
        return item

    def close(self) -> None:
        """Let receivers have what is left, then `ChannelClosed`; waiting senders get it at once."""
        self._closed = True
        while self._receivers:
            self._scheduler.wake(self._receivers.popleft())
        while self._senders:
            self._scheduler.wake(self._senders.popleft()[0], value=False)
        assert not self._senders, "nobody would wake them any more"
        assert not self._receivers, "nobody would wake them any more"

    def _wake_receiver(self) -> None:
        """Wake the first receiver that still waits; if it is killed before it runs, the next one."""
        while self._receivers:
            task = self._receivers.popleft()
            if self._scheduler.wake(task):
                assert task.abandoned is None, "it was woken for one item and would have to pass on two"
                task.abandoned = self._wake_receiver
                return


class Flag:
    """Something that becomes true once, and that tasks can wait for."""

    __slots__ = ("_scheduler", "_waiters", "is_set")

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._waiters: dict[Task, None] = {}  # in the order in which they came
        self.is_set = False

    def set(self) -> None:
        """Make it true and wake everyone who waits."""
        self.is_set = True
        for task in self._waiters:
            self._scheduler.wake(task)
        self._waiters.clear()  # who comes from now on finds it set and doesn't wait

    async def wait(self, timeout: int | None = None) -> bool:
        """Wait until it is set, at most `timeout` nanoseconds; whether it is set."""
        if self.is_set:
            return True
        task = self._scheduler.running()
        self._waiters[task] = None
        if await park(timeout) is None:
            self._waiters.pop(task, None)
        return self.is_set
