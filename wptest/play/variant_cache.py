"""Finds one variant in its file when it is to be run; a file is loaded once, however many variants it has."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from wptest.scenario.load import Loaded, LoadedVariant, load_file
from wptest.scenario.root import Rootdir
from wptest.text.diagnostic import InvalidScenario

# Variants run file by file, or nearly so; a whole suite's documents would take a lot of memory.
_FILES = 64


class VariantGoneError(Exception):
    """The file has changed since its variants were listed."""


def find_variant(path: Path, scenario: str, variant: str, rootdir: Rootdir | None = None) -> LoadedVariant:
    """The variant of that id (empty without a matrix), from a file that is loaded and checked as a whole.

    `rootdir` is what pytest calls its root, where pytest runs it.

    Raises:
        InvalidScenario: with every mistake in the file.
        VariantGoneError: it has no such scenario or variant any more.
    """
    loaded = load_cached(path, rootdir)
    if isinstance(loaded, InvalidScenario):
        raise loaded.with_traceback(None)
    for each in loaded:
        for candidate in each.variants:
            if (each.outline.id, candidate.id) == (scenario, variant):
                return candidate
    name = f"{scenario}::{variant}" if variant else scenario
    message = f"{name} is no longer in {path}: the file has changed since it was first read"
    raise VariantGoneError(message)


def load_cached(path: Path, rootdir: Rootdir | None = None) -> list[Loaded] | InvalidScenario:
    """The scenarios of a file, or its mistakes; loaded anew only when the file has changed."""
    try:
        status = path.stat()
    except OSError:
        return _load(path, rootdir, 0, 0)
    return _load(path, rootdir, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=_FILES)
def _load(path: Path, rootdir: Rootdir | None, _modified: int, _size: int) -> list[Loaded] | InvalidScenario:
    try:
        return load_file(path, os.environ, rootdir)
    except InvalidScenario as error:
        return error
