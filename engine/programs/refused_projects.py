"""What real versions exit with where they refuse a project, by which of its parts they read (`odd_projects`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.machine.program import ABORTED
from engine.programs.broken_project import EXIT_PROJECT
from engine.programs.command import Command
from engine.project.refused import RefusedPart
from engine.text.diagnostic import Diagnostic

EXIT_NO_FILE = 203


def _with(code: int, *commands: str) -> dict[str, int]:
    return dict.fromkeys(commands, code)


_ENGINE = _with(EXIT_PROJECT, "wparse", "wprescue")
_CHECK = _with(EXIT_PROJECT, "wproj check", "wproj data clean")
_COUNTS = _with(EXIT_PROJECT, "wproj stat", "wproj data stat", "wproj validate", "wproj data validate")
_GENERATOR = _with(1, "wpgen sample", "wpgen rule", "wpgen conf check")
# By the command, or as much of its beginning as counts; in the order in which they are read.
_CODES: Mapping[RefusedPart, Mapping[str, int]] = {
    RefusedPart.SETTINGS: {
        "wparse": EXIT_PROJECT,
        "wprescue": 1,
        **dict.fromkeys(("wproj check", "wproj data clean", "wproj init"), ABORTED),
        **_COUNTS,
        **_with(EXIT_PROJECT, "wproj data check"),
        **_GENERATOR,
    },
    RefusedPart.SETTINGS_FILE: {
        "wparse": EXIT_NO_FILE,
        "wprescue": 1,
        **dict.fromkeys((*_COUNTS, "wproj data check"), EXIT_NO_FILE),
        **_GENERATOR,
    },
    RefusedPart.LOG_LEVELS: {"wparse": EXIT_PROJECT, "wprescue": 1, "wproj data check": EXIT_PROJECT},
    RefusedPart.CONNECTORS_OF_SINKS: {**_ENGINE, **_COUNTS, **_GENERATOR, "wproj check": EXIT_PROJECT},
    RefusedPart.GROUPS: {**_ENGINE, **_COUNTS},
    RefusedPart.BLANK: _with(105, "wparse", "wprescue"),
    RefusedPart.FORMATS: _ENGINE,
    RefusedPart.TEXTS: {**_ENGINE, **_CHECK},
    RefusedPart.MODELS: _ENGINE,
    RefusedPart.SOURCES: {"wparse": EXIT_PROJECT, **_CHECK, "wproj data check": EXIT_PROJECT},
    RefusedPart.CONNECTORS_OF_SOURCES: {"wparse": 100, **_CHECK, "wproj data check": 200},
    RefusedPart.SOURCE: {"wparse": 100, "wproj data check": 200},
    RefusedPart.SINK: _with(1, "wparse", "wprescue"),
    RefusedPart.RULE: {"wparse": 105},
    RefusedPart.RULES: _CHECK,
    RefusedPart.GENERATOR: {**_CHECK, **_GENERATOR},
    RefusedPart.GENERATOR_OUTPUT: _GENERATOR,
    RefusedPart.NAMES: {"wproj check": EXIT_PROJECT},
}


def code_of_refusal(problems: Iterable[Diagnostic], command: Command) -> int | None:
    """What a real version exits with because of what is wrong; None where it reads none of that."""
    found = {problem.code for problem in problems}
    codes = (_code(part, command) for part in _CODES if part in found)
    return next((code for code in codes if code is not None), None)


def read_by(problems: Iterable[Diagnostic], command: Command) -> list[Diagnostic]:
    """Those of the problems that the command meets."""
    return [
        each for each in problems if isinstance(each.code, RefusedPart) and _code(each.code, command) is not None
    ]


def _code(part: RefusedPart, command: Command) -> int | None:
    whole = f"{command.program} {command.mode}"
    beginnings = (name for name in _CODES[part] if whole == name or whole.startswith(f"{name} "))
    return next((_CODES[part][name] for name in beginnings), None)
