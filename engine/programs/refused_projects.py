"""What real versions exit with where they refuse a project, by which of its parts they read (`odd_projects`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.machine.program import ABORTED
from engine.programs.broken_project import EXIT_PROJECT
from engine.programs.command import Command
from engine.project.refused import Refused
from engine.text.diagnostic import Diagnostic


def _with(code: int, *commands: str) -> dict[str, int]:
    return dict.fromkeys(commands, code)


_ENGINE = _with(EXIT_PROJECT, "wparse", "wprescue")
_CHECK = _with(EXIT_PROJECT, "wproj check", "wproj data clean")
_COUNTS = _with(EXIT_PROJECT, "wproj stat", "wproj data stat", "wproj validate", "wproj data validate")
_GENERATOR = _with(1, "wpgen sample", "wpgen rule", "wpgen conf check")
# By the command, or as much of its beginning as counts; in the order in which they are read.
_CODES: Mapping[Refused, Mapping[str, int]] = {
    Refused.SETTINGS: {
        "wparse": EXIT_PROJECT,
        "wprescue": 1,
        **dict.fromkeys(("wproj check", "wproj data clean", "wproj init"), ABORTED),
        **_COUNTS,
        **_with(EXIT_PROJECT, "wproj data check"),
        **_GENERATOR,
    },
    Refused.LOG_LEVELS: {"wparse": EXIT_PROJECT, "wprescue": 1, "wproj data check": EXIT_PROJECT},
    Refused.CONNECTORS_OF_SINKS: {**_ENGINE, **_COUNTS, **_GENERATOR, "wproj check": EXIT_PROJECT},
    Refused.GROUPS: {**_ENGINE, **_COUNTS},
    Refused.BLANK: _with(105, "wparse", "wprescue"),
    Refused.FORMATS: _ENGINE,
    Refused.TEXTS: {**_ENGINE, **_CHECK},
    Refused.MODELS: _ENGINE,
    Refused.SOURCES: {"wparse": EXIT_PROJECT, **_CHECK, "wproj data check": EXIT_PROJECT},
    Refused.CONNECTORS_OF_SOURCES: {"wparse": 100, **_CHECK, "wproj data check": 200},
    Refused.SOURCE: {"wparse": 100, "wproj data check": 200},
    Refused.SINK: _with(1, "wparse", "wprescue"),
    Refused.RULE: {"wparse": 105},
    Refused.RULES: _CHECK,
    Refused.GENERATOR: {**_CHECK, **_GENERATOR},
    Refused.GENERATOR_OUTPUT: _GENERATOR,
    Refused.NAMES: {"wproj check": EXIT_PROJECT},
}


def exit_code(problems: Iterable[Diagnostic], command: Command) -> int | None:
    """What a real version exits with because of what is wrong; None where it reads none of that."""
    found = {problem.code for problem in problems}
    codes = (_code(part, command) for part in _CODES if part in found)
    return next((code for code in codes if code is not None), None)


def read_by(problems: Iterable[Diagnostic], command: Command) -> list[Diagnostic]:
    """Those of the problems that the command meets."""
    return [each for each in problems if isinstance(each.code, Refused) and _code(each.code, command) is not None]


def _code(part: Refused, command: Command) -> int | None:
    whole = f"{command.program} {command.mode}"
    beginnings = (name for name in _CODES[part] if whole == name or whole.startswith(f"{name} "))
    return next((_CODES[part][name] for name in beginnings), None)
