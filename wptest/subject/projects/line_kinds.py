"""Which lines real programs may meet in the input of a project that a scenario writes out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.storage.glob import path_pattern
from wptest.scenario.load import LoadedVariant


def has_samples_alone(variant: LoadedVariant) -> bool:
    """Whether all lines of its input are made of samples: neither a file nor a step gives it others."""
    inputs = variant.project.inputs
    return not any(
        path == touched or path.startswith(f"{touched}/") or path_pattern(touched).fullmatch(path)
        for touched in _touched(variant)
        for path in inputs
    )


def _touched(variant: LoadedVariant) -> Iterator[str]:
    yield from variant.scenario.given.outset.files
    for _, step in variant.scenario.all_steps:
        yield from step.verb.files
        yield from (path for _, path in step.verb.touches)
