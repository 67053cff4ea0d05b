"""The version of the installed package."""

from __future__ import annotations


def version() -> str:
    """The version, or `unknown` in a source tree that was never installed."""
    # As slow to import as the rest of `wptest --help` together.
    from importlib import metadata  # noqa: PLC0415

    try:
        return metadata.version("wptest")
    except metadata.PackageNotFoundError:
        return "unknown"
