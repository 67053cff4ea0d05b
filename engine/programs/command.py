"""Command lines of the four programs, as a scenario's `run:` and `start:` steps write them.

The options are those of facts page section 8 that have an effect, plus the seed's `daemon` and `work` modes.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from engine.project.paths import PathError, inside

ProgramName = Literal["wparse", "wprescue", "wpgen", "wproj"]
OptionKind = Literal["count", "seconds", "path", "inside", "text", "flag"]
OptionTable = Mapping[str, tuple[str, OptionKind]]


class CommandError(ValueError):
    """A command line that no program takes: what is wrong, at which character, and the nearest right word."""

    def __init__(self, message: str, offset: int, length: int, nearest: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.length = length
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class ProgramSpec:
    """What one program takes: its modes (sub-commands) and, for each option, its long name and kind.

    `by_mode` has the options that one mode takes and others don't.
    """

    modes: tuple[str, ...]
    options: OptionTable
    by_mode: Mapping[str, OptionTable] = field(default_factory=lambda: MappingProxyType({}))

    def options_of(self, mode: str) -> OptionTable:
        """Every option that a mode takes."""
        return {**self.options, **self.by_mode.get(mode, {})}


@dataclass(frozen=True, slots=True)
class Command:
    """A parsed command line: `wprescue daemon --stat 100` is program, mode and `{"stat": 100}`."""

    text: str
    program: ProgramName
    mode: str
    options: Mapping[str, int | str | bool]


_COMMON: dict[str, tuple[str, OptionKind]] = {
    "--stat": ("stat", "seconds"),
    "--robust": ("robust", "text"),
    "-p": ("print_stat", "flag"),
    "--print_stat": ("print_stat", "flag"),
}

_WORK_ROOT: OptionTable = {"-w": ("work_root", "path"), "--work-root": ("work_root", "path")}
_JSON: OptionTable = {"--json": ("json", "flag")}
_VERBOSE: OptionTable = {"-v": ("verbose", "flag"), "--verbose": ("verbose", "flag")}
_STAT: OptionTable = {**_JSON, **_VERBOSE}
_VALIDATE: OptionTable = {"--input-cnt": ("input_count", "count"), **_JSON, **_VERBOSE}
_RESCUE_STAT: OptionTable = {
    "--rescue-path": ("rescue_path", "inside"),
    "-d": ("detail", "flag"),
    "--detail": ("detail", "flag"),
    **_JSON,
    "--csv": ("csv", "flag"),
}
_WPROJ: Mapping[str, OptionTable] = {
    "check": _JSON,
    "init": {},
    "stat file": _STAT,
    "data stat": _STAT,
    "validate sink-file": _VALIDATE,
    "data validate": _VALIDATE,
    "data clean": {},
    "rescue stat": _RESCUE_STAT,
    "rescue unlock": {},
}

PROGRAMS: Mapping[ProgramName, ProgramSpec] = MappingProxyType(
    {
        "wparse": ProgramSpec(("daemon", "batch"), {**_COMMON, "-n": ("count", "count")}),
        "wprescue": ProgramSpec(("daemon", "work", "batch"), dict(_COMMON)),
        "wpgen": ProgramSpec(("sample",), {**_COMMON, "-n": ("count", "count"), "-s": ("speed", "count")}),
        "wproj": ProgramSpec(tuple(_WPROJ), _WORK_ROOT, _WPROJ),
    }
)


_FORMATS = frozenset({"json", "csv"})


def nearest(word: str, known: tuple[str, ...]) -> str | None:
    """The known word that `word` most likely means, or None when nothing is close."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return close[0] if close else None


def parse_command(text: str) -> Command:
    """Parse one command line.

    Raises:
        CommandError: for an unknown program, mode or option, or a value that an option doesn't take.
    """
    words = [(match.group(), match.start()) for match in re.finditer(r"\S+", text)]
    if not words:
        raise CommandError(f"expected a command, one of: {', '.join(PROGRAMS)}", 0, max(len(text), 1))
    name, start = words[0]
    for program, spec in PROGRAMS.items():
        if program == name:
            mode, used = _mode(program, spec, words, len(text))
            taker = f"{program} {mode}" if spec.by_mode else program
            options = _options(taker, spec.options_of(mode), words[1 + used :])
            return Command(text, program, mode, MappingProxyType(options))
    known = tuple(PROGRAMS)
    raise CommandError(
        f"unknown program '{name}', expected one of: {', '.join(known)}",
        start,
        len(name),
        nearest(name, known),
    )


def _mode(program: str, spec: ProgramSpec, words: list[tuple[str, int]], end: int) -> tuple[str, int]:
    for mode in spec.modes:
        parts = mode.split()
        if [word for word, _ in words[1 : 1 + len(parts)]] == parts:
            return mode, len(parts)
    expected = f"{program} expects one of: {', '.join(spec.modes)}"
    given = " ".join(word for word, _ in words[1:3] if not word.startswith("-"))
    if not given:
        raise CommandError(expected, words[0][1], end)
    first = given.split()[0]
    close = nearest(given, spec.modes) or nearest(first, spec.modes)
    raise CommandError(f"unknown mode '{first}': {expected}", words[1][1], len(words[1][0]), close)


def _options(taker: str, table: OptionTable, words: list[tuple[str, int]]) -> dict[str, int | str | bool]:
    options: dict[str, int | str | bool] = {}
    rest = iter(words)
    for word, start in rest:
        flag, equals, inline = word.partition("=")
        if flag not in table:
            known = tuple(table)
            expected = f", expected one of: {', '.join(known)}" if known else ": it takes none"
            raise CommandError(f"{taker} has no option '{flag}'{expected}", start, len(flag), nearest(flag, known))
        name, kind = table[flag]
        if kind == "flag":
            if name in _FORMATS and any(other in options for other in _FORMATS - {name}):
                raise CommandError("one output has one format: --json or --csv", start, len(flag))
            options[name] = True
            continue
        value, at = (inline, start) if equals else next(rest, ("", start))
        options[name] = _value(flag, kind, value, at)
    return options


def _value(flag: str, kind: OptionKind, value: str, offset: int) -> int | str:
    if not value:
        raise CommandError(f"option '{flag}' needs a value", offset, len(flag))
    if kind in ("count", "seconds"):
        if not value.isascii() or not value.isdigit():
            raise CommandError(f"option '{flag}' takes a whole number, not '{value}'", offset, len(value))
        return int(value)
    if kind == "inside":
        try:
            return inside(value)
        except PathError as error:
            raise CommandError(str(error), offset, len(value)) from None
    return value
