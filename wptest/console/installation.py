"""What is installed: its version, and the shipped scenarios."""

from __future__ import annotations

from pathlib import Path

import wptest


def version() -> str:
    """The version, or `unknown` in a source tree that was never installed."""
    # As slow to import as the rest of `wptest --help` together.
    from importlib import metadata  # noqa: PLC0415

    try:
        return metadata.version("wptest")
    except metadata.PackageNotFoundError:
        return "unknown"


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
