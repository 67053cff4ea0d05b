"""What is installed, by its version."""

from __future__ import annotations

import platform


def version() -> str:
    """The version, or `unknown` in a source tree that was never installed."""
    # As slow to import as the rest of `wptest --help` together.
    from importlib import metadata  # noqa: PLC0415

    try:
        return metadata.version("wptest")
    except metadata.PackageNotFoundError:
        return "unknown"


def versions() -> dict[str, str]:
    """The versions that a report names."""
    return {"wptest": version(), "python": platform.python_version()}
