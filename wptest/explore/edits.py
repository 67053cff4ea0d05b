"""Smaller scenarios: what can be left out of a scenario's plain data, or made simpler, one thing at a time."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from typing import Any

Path = tuple[str | int, ...]
Plain = dict[str, Any]

# Without these there is no scenario. The rest may go, and the loader says whether what is left is one.
_NEEDED = {("scenario",), ("project",), ("when",)}
# `500`, `2k/s`, `250ms`, `down 2s`, `wpgen sample -n 500`; not a number in a name, a path or a date.
_AMOUNT = re.compile(r"(?:^|(?<= ))(\d+(?:\.\d+)?)(?=[A-Za-z]*(?:/s)?$)")
_SIMPLE = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_ENVELOPE = ("title", "tags", "matrix", "skip", "only_if", "xfail", "explore", "steps")


def bare(scenario: Plain) -> Plain:
    """The scenario without what has no part in its run."""
    return {key: value for key, value in scenario.items() if key not in _ENVELOPE}


def smaller(scenario: Plain) -> Iterator[Plain]:
    """Scenarios with one thing less, the largest first: half the steps, then keys and items from outside in."""
    steps = scenario["when"]
    size = len(steps) // 2
    while size > 1:
        for start in range(0, len(steps), size):
            yield scenario | {"when": steps[:start] + steps[start + size :]}
        size //= 2
    for path in sorted(_paths(scenario), key=len):
        if path not in _NEEDED:
            yield _without(scenario, path)


def simpler(scenario: Plain) -> Iterator[Plain]:
    """Scenarios with one number or duration that is smaller and rounder, wherever it stands or at one place.

    An input of 500 lines and an expectation of 500 lines only get smaller together.
    """
    places: dict[tuple[str, Any], list[Path]] = {}
    for path in _paths(scenario):
        value = _at(scenario, path)
        if isinstance(value, int | str):
            places.setdefault((type(value).__name__, value), []).append(path)
    for (_, value), paths in places.items():
        for simple in _simpler_values(value):
            yield _with(scenario, paths, simple)
            if len(paths) > 1:
                yield from (_with(scenario, [path], simple) for path in paths)


def _simpler_values(value: Any) -> Iterator[Any]:
    """Rounder and smaller values of the same kind, the smallest first."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield from (number for number in _SIMPLE if number < value)
    elif isinstance(value, str) and (match := _AMOUNT.search(value)):
        before, number, after = value[: match.start(1)], float(match[1]), value[match.end(1) :]
        yield from (f"{before}{each}{after}" for each in _SIMPLE if each < number)


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of every value below, outer ones before inner ones, last items first."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        items = list(value.items() if isinstance(value, dict) else enumerate(value))
    for key, _ in reversed(items):
        yield (*path, key)
    for key, item in items:
        yield from _paths(item, (*path, key))


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _with(scenario: Plain, paths: Iterable[Path], value: Any) -> Plain:
    changed = copy.deepcopy(scenario)
    for path in paths:
        _at(changed, path[:-1])[path[-1]] = value
    return changed


def _without(scenario: Plain, path: Path) -> Plain:
    changed = copy.deepcopy(scenario)
    del _at(changed, path[:-1])[path[-1]]
    return changed
