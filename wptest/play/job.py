"""One variant to run, as plain values; a file is loaded once, however many of its variants are run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.text.diagnostic import Diagnostic, file_name
from wptest.scenario.load import Loaded, LoadedVariant, load_file
from wptest.scenario.root import Rootdir
from wptest.text.scenario_source import InvalidScenario

# Variants run file by file, or nearly so; a whole suite's documents would take a lot of memory.
_FILES = 64


class VariantGoneError(Exception):
    """The file has changed since its variants were listed."""


@dataclass(frozen=True, slots=True)
class Job:
    """A variant of a file; without a scenario it is a file whose `mistakes` leave nothing to run."""

    path: Path
    scenario: str = ""
    variant: str = ""
    mistakes: tuple[Diagnostic, ...] = ()

    @property
    def name(self) -> str:
        """`scenario::variant`, or the file where it has none."""
        return "::".join(part for part in (self.scenario, self.variant) if part) or file_name(self.path)


def job_of(variant: LoadedVariant) -> Job:
    """The job that a variant is."""
    return Job(variant.document.source.path, variant.scenario.scenario, variant.id)


def variant_of(job: Job, rootdir: Rootdir | None = None) -> LoadedVariant:
    """The variant, from a file that is loaded and checked as a whole.

    `rootdir` is what pytest calls its root, where pytest runs it.

    Raises:
        InvalidScenario: with every mistake in the file.
        VariantGoneError: it has no such scenario or variant any more.
    """
    loaded = _loaded(job.path, rootdir)
    if isinstance(loaded, InvalidScenario):
        raise loaded.with_traceback(None)
    if job.mistakes:
        raise InvalidScenario(job.mistakes)
    for each in loaded:
        for candidate in each.variants:
            if (each.outline.id, candidate.id) == (job.scenario, job.variant):
                return candidate
    message = f"{job.name} is no longer in {file_name(job.path)}: the file has changed since it was first read"
    raise VariantGoneError(message)


@lru_cache(maxsize=1)
def variants_of_all(scenarios: tuple[tuple[Job, ...], ...]) -> tuple[tuple[LoadedVariant, ...], ...]:
    """The variants of each scenario, which are kept until others are asked for: many tasks need the same ones.

    Raises:
        InvalidScenario, VariantGoneError: see `variant_of`.
    """
    return tuple(tuple(map(variant_of, jobs)) for jobs in scenarios)


def _loaded(path: Path, rootdir: Rootdir | None) -> list[Loaded] | InvalidScenario:
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
