"""The machine's own files, for a test whose fixtures show others."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any


@contextmanager
def real_files() -> Iterator[None]:
    """Pause pyfakefs, if a fixture has it at work, and let it go on afterwards.

    A scenario's own files are simulated already. Its file, its project and our own modules, imported when they are
    first needed, are on the machine. Who doesn't use pyfakefs needn't import it for that.
    """
    pyfakefs: Any = sys.modules.get("pyfakefs.fake_filesystem_unittest")
    patcher = pyfakefs.Patcher.PATCHER if pyfakefs is not None else None
    with pyfakefs.Pause(patcher) if patcher is not None and patcher.is_patching else nullcontext():
        yield
