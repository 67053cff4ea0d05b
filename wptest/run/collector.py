"""When cyclic garbage is looked for: not while something is run, but when that is over and all of it is garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Leave cyclic garbage alone for the milliseconds of a run: looking for it costs a tenth of them.

    What is run has to be a function of its own, called within: its world is garbage when that has come back, and
    the collector, which looks at everything new, finds nothing alive that it would have to look at again.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
