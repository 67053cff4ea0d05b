"""Ctrl-C at a bad moment: Python drops a `KeyboardInterrupt` that is raised while an object is finalised.

A run that ends leaves hundreds of tasks to be finalised, so among many short runs the moment is not rare.
"""

from __future__ import annotations

import os
import signal
import sys
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_SOON = 0.02  # seconds: until then the finaliser has ended


def never_lost() -> None:
    """Press Ctrl-C again whenever it was dropped."""
    before = sys.unraisablehook

    def hook(unraisable: UnraisableHookArgs, /) -> None:
        if isinstance(unraisable.exc_value, KeyboardInterrupt):
            Timer(_SOON, os.kill, (os.getpid(), signal.SIGINT)).start()
        else:
            before(unraisable)

    sys.unraisablehook = hook
