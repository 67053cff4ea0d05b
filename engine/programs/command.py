"""Command lines of the four programs: in a scenario's `run:` and `start:` steps, and of real processes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from types import MappingProxyType

from engine.directories.paths import path_inside
from engine.programs.program_specs import (
    INIT_MODES,
    PROGRAMS,
    WORK_ROOT,
    OptionKind,
    OptionTable,
    ProgramName,
    ProgramSpec,
)
from engine.text.mistake import Mistake, suggest


@dataclass(frozen=True, slots=True)
class Command:
    """A parsed command line: `wprescue daemon --stat 100` is program, mode and `{"stat": 100}`.

    An option of several `names` has one on each line. `ignored` are the options, as they are written, without an
    effect. `called` is what tells the program from another one of its kind that runs beside it; it is no part of
    the line.
    """

    text: str
    program: ProgramName
    mode: str
    options: Mapping[str, int | str | bool]
    ignored: tuple[str, ...] = ()
    called: str = ""

    @property
    def name(self) -> str:
        """What the program is called that it starts."""
        return self.called or self.program


_OTHER_SPELLINGS = {"deamon": "daemon"}  # which the programs of WarpParse take as well
_FORMATS = frozenset({"json", "csv"})
_QUIET = ("-q", "--quiet")
_BARE = ("-p", "-q", "-d")  # short options without a value
_CLUSTER = re.compile(r"(?P<flag>-[a-zA-Z])(?P<rest>[a-zA-Z0-9][^=]*)")


def parse_command(text: str) -> Command:
    """Parse one command line.

    Raises:
        Mistake: for an unknown program, mode or option, or a value that an option doesn't take.
    """
    words = [(match.group(), match.start()) for match in re.finditer(r"\S+", text)]
    if not words:
        raise Mistake(f"expected a command, one of: {', '.join(PROGRAMS)}", within=(0, max(len(text), 1)))
    return _parse(text, words)


def parse_arguments(program: ProgramName, arguments: Sequence[str], spec: ProgramSpec | None = None) -> Command:
    """Parse the arguments that a real process was started with; those may say where to work as well.

    A `spec` is what the program takes where that is something else than usual.

    Raises:
        Mistake: as `parse_command`; its offset is one in the words joined by spaces.
    """
    if program == "wproj":  # it is told to be quiet before or behind its mode
        first = [*takewhile(lambda word: word in _QUIET, arguments)]
        arguments = [*arguments[len(first) :], *first]
    if spec is not None and spec.takes_each_once:
        arguments = _apart(program, arguments)
    words: list[tuple[str, int]] = []
    end = 0
    for place, word in enumerate((program, *arguments)):
        words.append((_OTHER_SPELLINGS.get(word, word) if place == 1 else word, end))
        end += len(word) + 1
    text = " ".join(word for word, _ in words)
    return _of_program(text, program, words, spec or PROGRAMS[program], {} if spec else WORK_ROOT)


def _apart(program: ProgramName, arguments: Sequence[str]) -> list[str]:
    """The words as real programs take them: `-pn2` is `-p -n 2`, and `wparse` may be told to be quiet anywhere."""
    found: list[str] = []
    for word in arguments:
        if program in ("wparse", "wprescue") and word in _QUIET:
            continue
        while (cluster := _CLUSTER.fullmatch(word)) is not None:
            found.append(cluster["flag"])
            rest = cluster["rest"]
            word = f"-{rest}" if rest[0].isalpha() and cluster["flag"] in _BARE else rest  # noqa: PLW2901
        found.append(word)
    return found


def _parse(text: str, words: list[tuple[str, int]]) -> Command:
    """Parse words with their places."""
    name, start = words[0]
    for program, spec in PROGRAMS.items():
        if program == name:
            return _of_program(text, program, words, spec, {})
    expected, help_ = f"one of: {', '.join(PROGRAMS)}", suggest(name, PROGRAMS)
    raise Mistake(f"unknown program '{name}'", expected, help_=help_, within=(start, len(name)))


def _of_program(
    text: str, program: ProgramName, words: list[tuple[str, int]], spec: ProgramSpec, more: OptionTable
) -> Command:
    """Parse the words; `more` are options that the program takes besides its own."""
    mode, used = _mode(program, spec, words, len(text))
    return _with_options(Command(text, program, mode, {}), spec, more, words[1 + used :])


def _mode(program: ProgramName, spec: ProgramSpec, words: list[tuple[str, int]], end: int) -> tuple[str, int]:
    for mode in sorted(spec.modes, key=len, reverse=True):  # `data stat file` is more than `data stat`
        parts = mode.split()
        if [word for word, _ in words[1 : 1 + len(parts)]] == parts:
            return mode, len(parts)
    expected = f"{program} expects one of: {', '.join(spec.modes)}"
    given = " ".join(word for word, _ in words[1:3] if not word.startswith("-"))
    if not given:
        raise Mistake(expected, within=(words[0][1], end))
    place = words[1][1], len(words[1][0])
    if words[1][0].startswith("-"):
        raise Mistake(f"{expected}, and options come after it", within=place)
    first = given.split()[0]
    help_ = suggest(given, spec.modes) or suggest(first, spec.modes) or _what_modes_do(program, first)
    expected = f"one of: {', '.join(spec.modes)}"
    raise Mistake(f"unknown mode '{first}' of {program}", expected, help_=help_, within=place)


def _what_modes_do(program: ProgramName, word: str) -> str | None:
    from engine.programs.help import what_modes_do  # noqa: PLC0415 - of no use where nothing is wrong

    return what_modes_do(program, word)


def _with_options(command: Command, spec: ProgramSpec, more: OptionTable, words: list[tuple[str, int]]) -> Command:
    options: dict[str, int | str | bool] = {}
    ignored: list[str] = []
    given: set[str] = set()
    own = spec.options_of(command.mode)
    table = {**own, **more}
    rest = iter(words)
    for word, start in rest:
        flag, equals, inline = word.partition("=")
        if flag not in table:
            taker = f"{command.program} {command.mode}" if spec.by_mode else command.program
            raise _unknown_option(taker, flag, start, table, spec.no_effect)
        name, kind = table[flag]
        if kind != "names" and spec.takes_each_once and name in given:
            raise Mistake(f"option '{flag}' is given twice", within=(start, len(flag)))
        given.add(name)
        if kind == "flag":
            if equals:
                raise Mistake(f"option '{flag}' takes no value", within=(start, len(word)))
            if (
                not spec.takes_each_once
                and name in _FORMATS
                and any(other in options for other in _FORMATS - {name})
            ):
                raise Mistake("one output has one format: --json or --csv", within=(start, len(flag)))
            value: int | str | bool = True
        else:
            text, place = (inline, start) if equals else next(rest, ("", start))
            if flag in own and text.isdigit():
                name, kind = own[flag]  # `-w 4` is four workers, `-w DIR` a place to work
            value = _value(flag, kind, text, place)
        if name in spec.no_effect:
            ignored.append(flag)
        elif kind == "names":
            options[name] = "\n".join(filter(None, (str(options.get(name, "")), str(value))))
        else:
            options[name] = value
    return replace(command, options=MappingProxyType(options), ignored=tuple(ignored))


_SHELL = ("|", ">", ">>", "<", "&", "&&", ";", "||", "2>", "2>&1", "&>")


def _unknown_option(taker: str, flag: str, start: int, table: OptionTable, unused: frozenset[str]) -> Mistake:
    if flag in _SHELL:
        message = f"'{flag}' means nothing here: no shell runs the command, and its log and output are kept"
        return Mistake(message, within=(start, len(flag)))
    useful = tuple(each for each, (name, _) in table.items() if name not in unused)
    expected = f"one of: {', '.join(useful)}" if useful else None
    problem = f"{taker} has no option '{flag}'{'' if useful else ': it takes none'}"
    return Mistake(problem, expected, help_=suggest(flag, useful), within=(start, len(flag)))


def _value(flag: str, kind: OptionKind, value: str, offset: int) -> int | str:
    if not value:
        raise Mistake(f"option '{flag}' needs a value", within=(offset, len(flag)))
    if kind in ("count", "seconds"):
        if not value.isascii() or not value.isdigit():
            raise Mistake(f"option '{flag}' takes a whole number, not '{value}'", within=(offset, len(value)))
        return int(value)
    if kind == "inside":
        try:
            path_inside(value)
        except Mistake as error:
            error.within = (offset, len(value))
            raise
    if kind == "init_mode" and value not in INIT_MODES:
        expected = f"one of: {', '.join(INIT_MODES)}"
        help_ = suggest(value, INIT_MODES)
        raise Mistake(f"unknown mode '{value}' of wproj init", expected, help_=help_, within=(offset, len(value)))
    return value
