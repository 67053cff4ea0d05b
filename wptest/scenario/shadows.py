"""Mistakes that are there only because of another one: who mends that one has nothing left to do about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from engine.text.mistake import Mistake
from engine.text.source_text import KeyPath
from wptest.scenario.misfits import STEPS
from wptest.scenario.places import is_key_below
from wptest.text.codes import Code
from wptest.text.slips_block import SECTIONS

LocatedMistake = tuple[KeyPath, Mistake]


def shadows(told: Sequence[LocatedMistake], value: Any) -> set[int]:
    """Which of the mistakes of a scenario, by their numbers, only follow from others."""
    keys = [path for path, mistake in told if mistake.code is Code.UNKNOWN_KEY]
    scalars = [path for path, mistake in told if mistake.wanted == "a mapping"]
    return {
        index
        for index, (path, mistake) in enumerate(told)
        if any(_follows(path, mistake, key, value) for key in keys)
        or (mistake.code is Code.UNKNOWN_KEY and any(_belongs_to(path, scalar) for scalar in scalars))
    }


def _follows(path: KeyPath, mistake: Mistake, key: KeyPath, value: Any) -> bool:
    """Whether a mistake follows from an unknown key, which stands elsewhere than it should."""
    name, parent = str(key[-1]), key[:-1]
    if mistake.code is Code.CHOICE and len(path) == 2 and path[0] in STEPS:
        inside = len(parent) > 2 and parent[:2] == path and is_key_below(name, path)
        return inside and mistake.problem.endswith("none")
    if mistake.code is Code.MISSING_KEY and mistake.problem == f"the key '{name}' is missing":
        inside_or_around = parent[: len(path)] == path or path[: len(parent)] == parent
        return inside_or_around and is_key_below(name, path)
    if mistake.code is Code.MISSING_KEY and mistake.problem == "the key 'sinks' is missing":
        return parent == path and path != () and looks_like_sink(_at(value, key))
    if mistake.code is Code.UNKNOWN_KEY:
        return path[:-1] == parent and path != key and name in SECTIONS and is_key_below(str(path[-1]), (name,))
    return False


def _belongs_to(path: KeyPath, scalar: KeyPath) -> bool:
    """Whether an unknown key is one of those that should stand below a key beside it, which has a single value."""
    return path[:-1] == scalar[:-1] and is_key_below(str(path[-1]), scalar)


def beside(path: KeyPath, mapping: Any) -> Iterator[str]:
    """The keys of the mapping around `path` that belong below it."""
    for name in mapping if isinstance(mapping, dict) else ():
        if is_key_below(str(name), path) and not is_key_below(str(name), path[:-1]):
            yield str(name)


def looks_like_sink(value: Any) -> bool:
    """Whether a value may be a sink of an inline project."""
    return isinstance(value, dict) and all(is_key_below(str(each), ("project", "sinks", "x")) for each in value)


def _at(value: Any, path: KeyPath) -> Any:
    for part in path:
        value = value[part]
    return value
