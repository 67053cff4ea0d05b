"""The shipped scenarios, each loaded once for all tests of a process: what is loaded is never changed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from wptest.scenario.load import LoadedVariant, load_file

ROOT = Path(__file__).parents[2]
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.wptest.yaml"))


@cache
def loaded_from(path: Path) -> list[list[LoadedVariant]]:
    """The variants of each scenario of a file."""
    return [list(loaded.variants) for loaded in load_file(path)]


def variants_of(path: Path) -> list[LoadedVariant]:
    """Those of all of them."""
    return [variant for variants in loaded_from(path) for variant in variants]
