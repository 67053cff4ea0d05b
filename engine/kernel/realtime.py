"""The scheduler's driver on the machine's own clock: waits until a timer is due, wakes on signals."""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import FrameType

_BILLION = 1_000_000_000
_SCHEDULED = "/proc/self/schedstat"


class RealTime:
    """Waits on the monotonic clock and turns operating-system signals into calls.

    Its time begins with the first wait: what is done before, such as loading modules, takes none.

    Attributes:
        computed: how many nanoseconds until the latest wait this process has computed, or waited for a core.

    Args:
        on_signal: called with the signal's number, in the main loop and never inside a handler.
        signals: which signals to catch; must be used from the main thread if there are any.
    """

    def __init__(
        self, on_signal: Callable[[int], None] | None = None, signals: Iterable[signal.Signals] = ()
    ) -> None:
        self.computed = 0
        self._start = 0
        self._computed_before = 0
        self._scheduled = _opened()
        self._on_signal = on_signal
        self._arrived: list[int] = []
        self._receive, self._send = socket.socketpair()
        self._receive.setblocking(False)
        self._send.setblocking(False)
        self._previous = {number: signal.signal(number, self._handle) for number in signals}

    def wait(self, due: int | None) -> int:
        """Wait until `due` (None: for ever) or until a signal; the time, in nanoseconds from start."""
        if not self._start:
            self._start, self._computed_before = time.monotonic_ns(), self._computed()
        if not self._arrived:
            left = None if due is None else (due - self._elapsed()) / _BILLION
            if left is None or left > 0:
                select.select([self._receive], [], [], left)
        self._deliver()
        self.computed = self._computed() - self._computed_before
        return self._elapsed()

    def close(self) -> None:
        """Give the signals back to who had them."""
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        if self._scheduled is not None:
            os.close(self._scheduled)
            self._scheduled = None
        self._receive.close()
        self._send.close()

    def _elapsed(self) -> int:
        return time.monotonic_ns() - self._start

    def _computed(self) -> int:
        """How many nanoseconds this process has computed, or waited for a core, where the system says that."""
        if self._scheduled is None:
            return time.process_time_ns()
        having, waiting, _ = os.pread(self._scheduled, 100, 0).split()
        return int(having) + int(waiting)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        self._arrived.append(number)
        self._send.send(b"\0")

    def _deliver(self) -> None:
        # A byte may be left although its signal was delivered: it would make every later wait return at once.
        with suppress(BlockingIOError):
            self._receive.recv(4096)
        while self._arrived:
            arrived, self._arrived = self._arrived, []
            if self._on_signal is not None:
                for number in arrived:
                    self._on_signal(number)


def _opened() -> int | None:
    """What says how long this process has computed; None where the system doesn't."""
    try:
        return os.open(_SCHEDULED, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
