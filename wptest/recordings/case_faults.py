"""What a case must have to be played: the shape of its steps, and paths that stay in the directory of its run.

A recording may come from anybody, and its steps write, move and remove files: none of them may do so elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from engine.text.mistake import nearest

_ABOUT_A_STEP = ("name", "timeout", "note")
_OPTION_BEFORE_VALUE = re.compile(r"--[\w-]+=|-\w(?=[./])")
_Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a case, and where: keys and indices that lead to it from the top of its file."""

    problem: str
    keys: _Keys = ()


_Check = Callable[[Any, _Keys], Iterator[Fault]]


def why_outside(path: str) -> str:
    """Why a path, or a pattern of paths, may be one outside of the run's directory; empty where it can't be."""
    parts = PurePosixPath(path).parts
    if not parts:
        return f"'{path}' is the directory of the run, where a path in it was expected"
    if path.startswith("/") or ".." in parts:
        return f"'{path}' leads out of the directory of the run: a path below it was expected, without '..'"
    return ""


def word_of(step: Mapping[str, Any]) -> str:
    """The word of a step that is sound."""
    return next(key for key in step if key not in _ABOUT_A_STEP)


def faults_of_title(told: Any) -> Iterator[Fault]:
    """What is wrong with the name of a case, by which files are named, and with its title."""
    if not isinstance(told, Mapping):
        return  # told where steps are looked for
    for key in ("case", "title"):
        if not isinstance(told.get(key), str) or not told[key]:
            yield Fault(
                f"'{key}' is missing, with a text" if key not in told else _instead(told[key], "a text"), (key,)
            )
    if "doubts" in told:
        yield from _list_of_texts(told["doubts"], ("doubts",))
    name = told.get("case")
    if isinstance(name, str) and ("/" in name or name in (".", "..")):
        yield Fault(f"'{name}' is no name of a file: a name without '/' was expected", ("case",))


def faults_of_steps(told: Any) -> Iterator[Fault]:
    """What is wrong with the steps of a case."""
    steps, near = _list_in(told, "steps")
    if near:
        yield near
    for place, step in enumerate(steps):
        keys: _Keys = ("steps", place)
        if not isinstance(step, Mapping):
            yield Fault(_instead(step, "a step such as 'run: wparse batch'"), keys)
            continue
        words = [key for key in step if key not in _ABOUT_A_STEP]
        if len(words) != 1 or not isinstance(words[0], str):
            yield Fault(f"one step was expected, not {' and '.join(map(str, words)) or 'none'}", keys)
            continue
        yield from faults_of_step(words[0], step[words[0]], keys)
        if "timeout" in step:
            yield from _number(step["timeout"], (*keys, "timeout"))
        if step.get("name") is not None:
            yield from _text(step["name"], (*keys, "name"))


def faults_of_runs(told: Any) -> Iterator[Fault]:
    """What is wrong with what was seen: each run has the same programs, and looks by their names."""
    runs, near = _list_in(told, "runs")
    if near:
        yield near
    numbers = [len(each["programs"]) for each in runs if not list(_faults_of_run(each, ()))]
    for place, run in enumerate(runs):
        yield from _faults_of_run(run, ("runs", place))
    if len(set(numbers)) > 1:
        yield Fault(
            f"runs of {' and '.join(map(str, sorted(set(numbers))))} programs, which can't be of one case",
            ("runs",),
        )


def _faults_of_run(run: Any, keys: _Keys) -> Iterator[Fault]:
    if not isinstance(run, Mapping):
        yield Fault(_instead(run, "a run with its programs and looks"), keys)
        return
    programs, looks = run.get("programs"), run.get("looks")
    if isinstance(programs, list) and all(isinstance(each, Mapping) and "label" in each for each in programs):
        for place, program in enumerate(programs):
            if program.get("seconds") is not None:
                yield from _number(program["seconds"], (*keys, "programs", place, "seconds"))
    else:
        yield Fault("'programs' is no list of programs with a label each", (*keys, "programs"))
    if not isinstance(looks, Mapping) or not all(isinstance(each, Mapping) for each in looks.values()):
        yield Fault("'looks' has not what was seen at each look, by name", (*keys, "looks"))
        return
    for name, look in looks.items():
        yield from _seen(look, (*keys, "looks", name))


def _seen(look: Mapping[Any, Any], keys: _Keys) -> Iterator[Fault]:
    """In which places something was seen, as these are looked at again."""
    for path in look:
        if not isinstance(path, str):
            yield Fault(_instead(path, "a path"), keys)
        elif "/" in path and (why := why_outside(path)):
            yield Fault(why, (*keys, path))


def _list_in(told: Any, key: str) -> tuple[list[Any], Fault | None]:
    if not isinstance(told, Mapping):
        return [], Fault(_instead(told, f"a mapping with '{key}'"))
    if key not in told:
        near = nearest(key, map(str, told))
        return [], Fault(
            f"'{key}' is missing{f': is {near!r} meant to be it?' if near else ''}", (near,) if near else ()
        )
    if not isinstance(told[key], list) or not told[key]:
        return [], Fault(_instead(told[key], f"a list of {key}"), (key,))
    return told[key], None


def faults_of_step(word: str, given: Any, keys: _Keys = ()) -> Iterator[Fault]:
    """What is wrong with what one step is given; of a word that nobody knows, nothing: it is never played."""
    if word in _GIVEN:
        yield from _GIVEN[word](given, (*keys, word))


def faults_of_project(files: Any, keys: _Keys = ()) -> Iterator[Fault]:
    """What is wrong with the files of a project: texts by paths that are inside of it."""
    if not isinstance(files, Mapping):
        yield Fault(_instead(files, "texts of files by their paths"), keys)
        return
    for path, text in files.items():
        yield from _path(path, (*keys, path))
        if text is not None:
            yield from _text(text, (*keys, path))


def _instead(value: Any, expected: str) -> str:
    return f"{_shown(value)} stands where {expected} was expected"


def _shown(value: Any) -> str:
    return "nothing" if value is None else f"'{value}'" if isinstance(value, str) else str(value)[:60]


def _text(value: Any, keys: _Keys) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(_instead(value, "a text"), keys)


def _number(value: Any, keys: _Keys) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        yield Fault(_instead(value, "a number of 0 or more"), keys)


def _whole(value: Any, keys: _Keys) -> Iterator[Fault]:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        yield Fault(_instead(value, "a whole number of 0 or more"), keys)


def _octal(value: Any, keys: _Keys) -> Iterator[Fault]:
    if not isinstance(value, str) or not re.fullmatch("0?[0-7]{1,4}", value):
        yield Fault(_instead(value, "permissions such as '0644'"), keys)


def _room(value: Any, keys: _Keys) -> Iterator[Fault]:
    if not isinstance(value, str) or not re.fullmatch(r"\d+[km]", value):
        yield Fault(_instead(value, "a size such as 32k or 1m"), keys)


def _bytes(value: Any, keys: _Keys) -> Iterator[Fault]:
    """Each character is one byte; a number is its digits."""
    if not str(value).isascii() and any(ord(each) > 255 for each in str(value)):
        yield Fault("a character of more than one byte", keys)


def _path(value: Any, keys: _Keys) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(_instead(value, "a path"), keys)
    elif why := why_outside(value):
        yield Fault(why, keys)


def _command(value: Any, keys: _Keys) -> Iterator[Fault]:
    words = value.split() if isinstance(value, str) else []
    if not words:
        yield Fault(_instead(value, "a program"), keys)
    for word in words[1:]:
        option = _OPTION_BEFORE_VALUE.match(word)
        path = word[option.end() :] if option else word
        if path and path != "." and (why := why_outside(path)):
            yield Fault(why, keys)


def _each(of_key: _Check, of_value: _Check) -> _Check:
    def check(value: Any, keys: _Keys) -> Iterator[Fault]:
        if not isinstance(value, Mapping) or not value:
            yield Fault(_instead(value, "names with values"), keys)
            return
        for key, each in value.items():
            yield from of_key(key, (*keys, key))
            yield from of_value(each, (*keys, key))

    return check


def _with(needed: Mapping[str, _Check], other: Mapping[str, _Check] | None = None) -> _Check:
    def check(value: Any, keys: _Keys) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(_instead(value, f"{', '.join(needed)}"), keys)
            return
        for key in needed:
            if key not in value:
                yield Fault(f"'{key}' is missing", keys)
        for key, of_value in {**needed, **(other or {})}.items():
            if key in value:
                yield from of_value(value[key], (*keys, key))

    return check


def _list_of_texts(value: Any, keys: _Keys) -> Iterator[Fault]:
    if not isinstance(value, list) or not value:
        yield Fault(_instead(value, "a list of texts"), keys)
        return
    for place, each in enumerate(value):
        yield from _text(each, (*keys, place))


def _packages(value: Any, keys: _Keys) -> Iterator[Fault]:
    yield from (_list_of_texts if isinstance(value, list) else _text)(value, keys)


def _written(value: Any, keys: _Keys) -> Iterator[Fault]:
    yield from _WRITTEN(value, keys)
    if isinstance(value, Mapping) and not ("lines" in value or "bytes" in value):
        yield Fault("'lines' or 'bytes' is missing", keys)


_WRITTEN = _with(
    {"path": _path},
    {
        "bytes": _bytes,
        "lines": _whole,
        "first": _whole,
        "cut": _whole,
        "line": _text,
        "of": _packages,
        "special": _each(_whole, _text),
    },
)
_OF_A_ROOM = _with({"path": _path, "size": _room})
_OF_A_READER = _with({"fifo": _path, "into": _path}, {"after": _number, "every": _number, "read": _whole})
_GIVEN: Mapping[str, _Check] = {
    "write": _written,
    "touch": _path,
    "mkdir": _path,
    "remove": _path,
    "move": _with({"from": _path, "to": _path}),
    "chmod": _each(_path, _octal),
    "tmpfs": _OF_A_ROOM,
    "resize": _OF_A_ROOM,
    "fifo": _path,
    "read_fifo": _OF_A_READER,
    "wait": _number,
    "wait_lines": _with({"path": _path, "lines": _whole}),
    "wait_gone": _path,
    "wait_there": _path,
    "wait_exit": _text,
    "watch": _path,
    "look": _text,
    "signal": _each(_text, _text),
    "run": _command,
    "start": _command,
}
