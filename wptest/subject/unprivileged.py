"""Whom permission bits bind: root is above them, but not what it starts from where it has laid that down.

They keep the user that they have, so they can read all that they could, an interpreter in root's own directory
included; what lifts root above permission bits (its capabilities) they don't get.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

_T = TypeVar("_T")
_SET_SECURE_BITS, _NO_ROOT = 28, 1  # of prctl: from the next program on, root is a user like any other


def bound(start: Callable[[], _T]) -> _T:
    """Start a program that permission bits bind, and with it all that it starts.

    What is laid down is laid down by a thread, which is over when the program has been started.

    Raises:
        OSError: the machine doesn't allow it, or what `start` raises.
    """
    if os.geteuid() != 0:
        return start()
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_lay_down_and, start).result()


@cache
def why_unbound() -> str:
    """Why permission bits can't be made to bind the programs; empty where they can."""
    if os.geteuid() != 0:
        return ""
    if not sys.platform.startswith("linux"):
        return "permission bits bind root on Linux alone"
    try:
        bound(lambda: None)
    except OSError as error:
        return f"this machine doesn't let root be bound by permission bits ({error.strerror})"
    return ""


def _lay_down_and(start: Callable[[], _T]) -> _T:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_SECURE_BITS, _NO_ROOT, 0, 0, 0):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return start()
