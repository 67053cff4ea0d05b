"""Where the shipped scenarios are: inside an installed package, beside it in a checkout."""

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
    message = "this installation of wptest has no shipped scenarios"
    raise FileNotFoundError(message)
