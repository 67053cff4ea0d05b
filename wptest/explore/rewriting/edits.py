"""Smaller scenarios: what can be left out of a scenario's plain data, or made simpler, one thing at a time."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from engine.project.model import Project, SinkConf
from wptest.explore.rewriting.amounts import Amount, amounts, replaced
from wptest.explore.rewriting.plain_scenario import PlainData
from wptest.words.setting.given import PARTS
from wptest.words.step import VERBS

Path = tuple[str | int, ...]

# Without these there is no scenario. The rest may go, and the loader says whether what is left is one.
_NEEDED = {("scenario",), ("project",), ("when",)}
_ENVELOPE = ("title", "tags", "matrix", "skip", "only_if", "xfail", "explore", "steps")
_PAIR = 2


def bare(scenario: PlainData) -> PlainData:
    """The scenario without what has no part in its run."""
    return {key: value for key, value in scenario.items() if key not in _ENVELOPE}


def written_out(scenario: PlainData, project: Project) -> Iterator[PlainData]:
    """The scenario with nothing but the sinks of its project directory, if it has one."""
    if isinstance(scenario["project"], str) and not project.servers:  # tables would have to be written out as well
        sinks = {sink.id: {"type": _type_of(sink), **sink.parameters} for sink in project.business_sinks}
        yield _without_files_needs(scenario) | {"project": {"sinks": sinks}}


def _without_files_needs(scenario: PlainData) -> PlainData:
    """The scenario without what is given for the files of its project directory alone."""
    left = {key: PARTS[key].without_directory(value) for key, value in scenario.get("given", {}).items()}
    given = {key: value for key, value in left.items() if value is not None}
    rest = {key: value for key, value in scenario.items() if key != "given"}
    return rest | ({"given": given} if given else {})


def _type_of(sink: SinkConf) -> str:
    """The type that a scenario can write: a stand-in is a file, or a `test_rescue` if it has phases."""
    if not sink.kind.stands_in:
        return sink.type
    return "test_rescue" if sink.phases else "file"


def smaller(scenario: PlainData) -> Iterator[PlainData]:
    """Scenarios with one thing less, the largest first: half the steps, then keys and items from outside in."""
    steps = scenario["when"]
    size = max(_PAIR, len(steps) // 2)  # what starts a program and what stops it often go together only
    while _PAIR <= size < len(steps):
        for start in range(0, len(steps), size):
            yield scenario | {"when": steps[:start] + steps[start + size :]}
        size //= 2
    for path in sorted(_paths(scenario), key=len):
        if path not in _NEEDED:
            yield _without(scenario, path)
    yield from _run_to_the_end(scenario)
    yield from _shorter_texts(scenario)


def simpler(scenario: PlainData) -> Iterator[PlainData]:
    """Scenarios with one number or duration that is smaller and rounder, wherever it stands or at one place.

    An input of 500 lines and an expectation of 500 lines only get smaller together.
    """
    places: dict[Amount, list[Path]] = {}
    for path in _paths(scenario):
        for amount in dict.fromkeys(place.amount for place in amounts(_at(scenario, path))):
            places.setdefault(amount, []).append(path)
    for amount, paths in places.items():
        for simple in amount.simpler:
            yield _with(scenario, paths, amount, simple)
            if len(paths) > 1:
                yield from (_with(scenario, [path], amount, simple) for path in paths)


def _run_to_the_end(scenario: PlainData) -> Iterator[PlainData]:
    """A program that is started, and waited for at some later step, can just be run; others may need the wait."""
    steps = scenario["when"]
    for index, step in enumerate(steps):
        wait = next((place for place in range(index + 1, len(steps)) if _just_waits(steps[place])), None)
        verb = next((key for key in step if key in VERBS), None)
        if verb is None or wait is None:
            continue
        for simple in VERBS[verb].simpler(step[verb]):
            parts = [simple if key == verb else {key: value} for key, value in step.items()]
            run = {key: value for part in parts for key, value in part.items()}
            yield scenario | {"when": [*steps[:index], run, *steps[index + 1 : wait], *steps[wait + 1 :]]}
            yield scenario | {"when": [*steps[:index], run, *steps[index + 1 :]]}


def _just_waits(step: PlainData) -> bool:
    """Whether a step is there for programs to come to rest, at no moment of its own."""
    return len(step) == 1 and all(key in VERBS and VERBS[key].nature.settles for key in step)


def _shorter_texts(scenario: PlainData) -> Iterator[PlainData]:
    """The lines of a text, one less."""
    for path in _paths(scenario):
        value = _at(scenario, path)
        lines = value.splitlines(keepends=True) if isinstance(value, str) else []
        for number in range(len(lines) if len(lines) > 1 else 0):
            yield _changed(scenario, path, "".join(lines[:number] + lines[number + 1 :]))


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


def _with(scenario: PlainData, paths: list[Path], old: Amount, new: Amount) -> PlainData:
    for path in paths:
        scenario = _changed(scenario, path, replaced(_at(scenario, path), old, new))
    return scenario


def _changed(scenario: PlainData, path: Path, value: Any) -> PlainData:
    changed = copy.deepcopy(scenario)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def _without(scenario: PlainData, path: Path) -> PlainData:
    changed = copy.deepcopy(scenario)
    del _at(changed, path[:-1])[path[-1]]
    return changed
