"""The shipped scenarios."""

from __future__ import annotations

from pathlib import Path

import wptest


def shipped_scenarios() -> Path:
    """The directory of the shipped scenarios.

    Raises:
        FileNotFoundError: the installation has none.
    """
    package = Path(wptest.__file__).parent
    for directory in (package / "scenarios", package.parent / "scenarios"):
        if directory.is_dir():
            return directory
    raise FileNotFoundError("this installation of wptest has no shipped scenarios")
