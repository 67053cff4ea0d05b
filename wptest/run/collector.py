"""When cyclic garbage is looked for: not while something is run, but when that is over and all of it is garbage."""

from __future__ import annotations

import gc


class WithoutCollector:
    """`with` it cyclic garbage is left alone for the milliseconds of a run: looking for it costs a tenth of them.

    What is run has to be a function of its own, called within: its world is garbage when that has come back, and
    the collector, which looks at everything new, finds nothing alive that it would have to look at again.
    """

    def __enter__(self) -> None:
        self._was_enabled = gc.isenabled()
        gc.disable()

    def __exit__(self, *_error: object) -> None:
        if self._was_enabled:
            gc.enable()
