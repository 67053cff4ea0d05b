"""What ends a command before its time: Ctrl-C, SIGTERM, SIGHUP, and a reader of its output that has gone.

All are the same exception, so that whoever reports on Ctrl-C reports on the others. None is lost: Python drops an
exception that is raised while an object is finalised, and a run that ends leaves hundreds of tasks to be finalised.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from wptest.play.stopwatch import seconds_now

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SOON = 0.02  # seconds: until then the finaliser has ended
_ONE = 2.0  # seconds: `timeout` sends its signal to the process and to its group, and means one


class Interrupted(KeyboardInterrupt):
    """A signal asks for the end; `number` says which, SIGPIPE for a reader that has gone."""

    def __init__(self, number: int = signal.SIGINT) -> None:
        super().__init__()
        self.number = number


class _Listener:
    """Raises one `Interrupted` for all signals that come at nearly the same time, and never where it is held."""

    def __init__(self) -> None:
        self.loses_none = False
        self._raised: float | None = None
        self._held = False
        self._waiting: int | None = None

    def hear(self, number: int, _frame: FrameType | None) -> None:
        """Handle a signal."""
        if self._held:
            self._waiting = self._waiting or number
        elif self._raised is None or seconds_now() - self._raised > _ONE:
            self._raised = seconds_now()
            # It may come between a call and its await, as anywhere: what is then never awaited is no mistake.
            warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
            raise Interrupted(number)

    def hear_again(self, number: int) -> None:
        """Its exception was dropped: raise another one, soon."""
        from threading import Timer  # noqa: PLC0415 - for what hardly ever happens

        self._raised = None
        Timer(_SOON, os.kill, (os.getpid(), number)).start()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raise nothing meanwhile, but after it."""
        self._held, before = True, self._held
        try:
            yield
        finally:
            self._held = before
        if self._waiting is not None and not before:
            number, self._waiting = self._waiting, None
            self.hear(number, None)


_listener = _Listener()


def listen() -> None:
    """From now on these signals raise `Interrupted`, except those that whoever started us has switched off."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _listener.hear)
    if not _listener.loses_none:
        _lose_none()


def is_listening() -> bool:
    """Whether this process is the command's own."""
    return _listener.loses_none


def _lose_none() -> None:
    _listener.loses_none = True
    before = sys.unraisablehook

    def hook(unraisable: UnraisableHookArgs, /) -> None:
        from engine.kernel import TookTooLong  # noqa: PLC0415 - for what hardly ever happens

        if isinstance(unraisable.exc_value, Interrupted):
            _listener.hear_again(unraisable.exc_value.number)
        elif not isinstance(unraisable.exc_value, TookTooLong):  # which is raised again by itself
            before(unraisable)

    sys.unraisablehook = hook


def undisturbed() -> AbstractContextManager[None]:
    """Put signals off for a moment, so that what belongs together is done as a whole; it must not take long."""
    return _listener.held()


def give_up() -> None:
    """All is done and told: from now on a signal ends the process at once, without a word."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def interrupt_later() -> Iterator[None]:
    """Put signals off while processes start or end: one that is just starting would die of it with a traceback."""
    # The mask is for the processes, which inherit it; here, another thread may still take the signal.
    with _listener.held():
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def leave_to_parent() -> None:
    """In a process that was started in `interrupt_later`: what reaches the whole group is its parent's affair.

    Only SIGTERM, by which the parent ends it, ends what it does, as anywhere else.
    """
    for number in SIGNALS:
        # Not ignored, since that would be handed on to the programs that it starts.
        signal.signal(number, _listener.hear if number == signal.SIGTERM else _nothing)
    _lose_none()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Do nothing."""
