"""How much memory this process holds, and how much it ever held."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_MIB = 1 << 20


def now() -> float:
    """Resident MiB; where the system doesn't tell, the most there ever was."""
    return _of_status("VmRSS") or peak()


def peak() -> float:
    """The most resident MiB since the start, or since `forget_peak`."""
    # VmHWM first: ru_maxrss begins with the size of the process that started this one.
    return _of_status("VmHWM") or _of_usage()


def forget_peak() -> None:
    """Let the peak begin anew, where the system can; imports are then not counted."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _of_status(name: str) -> float | None:
    if not _STATUS.exists():
        return None
    for line in _STATUS.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / _MIB
    return None


def _of_usage() -> float:
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest / _MIB if sys.platform == "darwin" else largest * 1024 / _MIB
