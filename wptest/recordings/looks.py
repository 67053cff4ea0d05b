"""What is seen of files: which numbered lines they have, how often, in which order; in the words of recordings."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from wptest.recordings.case import LOOKED_AT

_NUMBER = re.compile(rb"wp_event_id=(\d+)")
_MADE_NOW = re.compile(r"-20(?:2[6-9]|3\d)-\d\d-\d\d_\d\d:\d\d:\d\d")
_ANY_TIME = re.compile(r"-20\d\d-\d\d-\d\d_\d\d:\d\d:\d\d")
_NOT_LOOKED_AT = (".keep", ".wprescue")
_INFRA = ("default.dat", "miss.dat", "residue.dat", "error.dat", "monitor.dat", "intercept.dat")
_MOST_RANGES = 60
_MOST_RUNS = 40
_MANY = 12  # empty rescue files that are told one by one

_Run = tuple[int, int, int]  # first and last number, and the step between two


def timeless(path: str) -> str:
    """A path without the time of a rescue file that a program made; times of given files are of 2025 and stay."""
    return _MADE_NOW.sub("-<time>", path)


def as_told(path: str) -> str:
    """A path as a recording tells it that was read off what a program printed: up to a blank in it."""
    return timeless(path).partition(" ")[0]


def without_time(path: str) -> str:
    """A path as figures have it: without the time of a rescue file, whoever has made it."""
    return _ANY_TIME.sub("-<time>", path)


def look(
    files: Mapping[str, bytes],
    there: Iterable[str],
    root: str = "",
    places: Sequence[str] = LOOKED_AT,
    named: Callable[[str], str] = timeless,
) -> dict[str, Any]:
    """What is seen of all files of a run, by path.

    Args:
        files: their bytes, by path below the run's directory.
        there: the places that are there.
        root: where the run is, as checkpoints have it in front of their paths.
        places: the directories that are looked at.
        named: what a path is called, that of a file and that in a checkpoint.
    """
    there = set(there)
    found: dict[str, Any] = {f"{place}/": "missing" for place in places if place not in there}
    for path in sorted(files, key=lambda each: each.split("/")):
        name = path.rpartition("/")[2]
        if not path.startswith(tuple(f"{place}/" for place in places)) or name in _NOT_LOOKED_AT:
            continue
        if name == "recover.lock":
            found[path] = {"checkpoint": _checkpoint(files[path], root, named)}
            continue
        facts = facts_of(files[path])
        if not (facts == {"lines": 0} and path.startswith("data/out_dat") and name in _INFRA):
            found[_unused(named(path), found)] = facts
    return _without_many_empty(found)


def facts_of(data: bytes) -> dict[str, Any]:
    """What is seen of one file's bytes."""
    facts: dict[str, Any] = {"lines": data.count(b"\n")}
    if not data:
        return facts
    lines = [line for line in data.split(b"\n") if line.strip()]
    if torn := data[data.rfind(b"\n") + 1 :]:
        facts["end"] = f"no newline after the last {len(torn)} bytes"
    formats = Counter(map(_format, lines))
    if set(formats) - {"plain"}:
        facts["format"] = dict(formats)
    numbers = [int(match[1]) for match in map(_NUMBER.search, lines) if match]
    if numbers:
        facts |= _of_numbers(numbers)
    if len(numbers) < len(lines):
        facts["lines_without_number"] = len(lines) - len(numbers)
    return facts


def _of_numbers(numbers: Sequence[int]) -> dict[str, Any]:
    counted = Counter(numbers)
    ascending = all(one < other for one, other in pairwise(numbers))
    return {
        "numbers": _ranges(counted),
        "distinct": len(counted),
        "repeats": len(numbers) - len(counted),
        "order": "ascending" if ascending else _in_order(numbers),
    }


def _format(line: bytes) -> str:
    if not line.startswith(b'{"version"'):
        return "plain"
    kinds = (kind for kind in ("record", "raw") if f'"kind":"{kind}"'.encode() in line)
    return f"entry, {next((f'kind {kind}' for kind in kinds), 'other')}"


def _runs(numbers: Sequence[int]) -> Iterator[_Run]:
    """Numbers as runs of one step; a step other than 1 takes three numbers to be one."""
    place = 0
    while place < len(numbers):
        end = place + 1
        step = numbers[end] - numbers[place] if end < len(numbers) else 0
        while step > 0 and end + 1 < len(numbers) and numbers[end + 1] - numbers[end] == step:
            end += 1
        if step == 1 or (step > 1 and end - place >= 3):
            yield numbers[place], numbers[end], step
            place = end + 1
        else:
            yield numbers[place], numbers[place], 1
            place += 1


def _text(run: _Run, times: int = 1) -> str:
    first, last, step = run
    through = f"-{last}" if last > first else ""
    return f"{first}{through}{f' by {step}' if step > 1 else ''}{f' x{times}' if times > 1 else ''}"


def _ranges(counted: Mapping[int, int]) -> str:
    by_times: dict[int, list[int]] = {}
    for number, times in counted.items():
        by_times.setdefault(times, []).append(number)
    told = sorted(
        (run[0], _text(run, times)) for times, numbers in by_times.items() for run in _runs(sorted(numbers))
    )
    if len(told) <= _MOST_RANGES:
        return ", ".join(text for _, text in told)
    text = f"all: {_first_of(sorted(counted))}"
    often = sorted((times, numbers) for times, numbers in by_times.items() if times > 1)
    return "; ".join([text, *(f"{times} times: {_first_of(sorted(numbers))}" for times, numbers in often)])


def _first_of(numbers: Sequence[int]) -> str:
    return ", ".join([_text(run) for run in _runs(numbers)][:_MOST_RANGES])


def _in_order(numbers: Sequence[int]) -> str:
    told = [_text(run) for run in _runs(numbers)]
    more = f", ... ({len(told)} runs)" if len(told) > _MOST_RUNS else ""
    return ", ".join(told[:_MOST_RUNS]) + more


def _checkpoint(data: bytes, root: str, named: Callable[[str], str]) -> Any:
    text = data.decode(errors="replace")
    try:
        entries = json.loads(text)
        return with_plain_paths({path.removeprefix(f"{root}/"): count for path, count in entries.items()}, named)
    except (ValueError, AttributeError, TypeError):
        return f"not JSON: {text[:60]!r}"


def with_plain_paths(checkpoint: Mapping[str, int], named: Callable[[str], str] = timeless) -> dict[str, int]:
    """A checkpoint by the paths of its files, which an entry may name in several ways: the largest count."""
    counts: dict[str, int] = {}
    for path, count in checkpoint.items():
        plain = named(path.removeprefix("./"))
        counts[plain] = max(count, counts.get(plain, count))
    return counts


def _unused(path: str, found: Mapping[str, Any]) -> str:
    name, number = path, 1
    while name in found:
        number += 1
        name = f"{path} #{number}"
    return name


def _without_many_empty(found: dict[str, Any]) -> dict[str, Any]:
    """What is seen, with a great many empty rescue files told together."""
    empty = [path for path, facts in found.items() if facts == {"lines": 0} and "<time>" in path]
    if len(empty) <= _MANY:
        return found
    kept = {path: facts for path, facts in found.items() if path not in empty}
    for ending in (".dat", ".dat.lock"):
        numbers = [
            int(match[1]) for match in (re.search(rf"-(\d+){re.escape(ending)}$", each) for each in empty) if match
        ]
        if numbers:
            told = {"files": len(numbers), "N": _ranges(Counter(numbers))}
            kept[f"empty rescue files web_log-<time>-N{ending}"] = told
    return kept
