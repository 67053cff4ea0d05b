"""Option values: what the command line says, else the environment variable of the scripts, else a default."""

from __future__ import annotations

from engine.machine import Program
from engine.programs.command import Command

DEFAULT_LINES = 10_000


def stat_window(program: Program, command: Command) -> int:
    """Seconds between two reports of the monitor: `--stat`, or `STAT_SEC`, or what the project says."""
    return _number(program, command, "stat", "STAT_SEC", program.project.stat_window)


def line_count(program: Program, command: Command, default: int = DEFAULT_LINES) -> int:
    """How many lines to generate: `-n`, or `LINE_CNT`."""
    return _number(program, command, "count", "LINE_CNT", default)


def has_no_effect(program: Program, option: str) -> None:
    """Tell that an option of the command line is taken, and changes nothing."""
    program.log.warn("ctrl", f"option {option} has no effect")


def _number(program: Program, command: Command, option: str, variable: str, default: int) -> int:
    return int(command.options.get(option, program.machine.environment.get(variable, default)))
