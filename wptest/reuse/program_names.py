"""What programs are called, in steps that nobody has read yet."""

from __future__ import annotations

from typing import Any


def name_started(written: Any) -> str:
    """What the program is called that a `start` step starts; empty where that can't be told."""
    if isinstance(written, dict):
        return str(written.get("as", ""))
    return next(iter(str(written or "").split()), "")
