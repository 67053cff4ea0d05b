"""What a program says of a project that it can't start with, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from engine.behaviour import Behaviour
from engine.programs.framed_error import CONFIGURATION, framed
from engine.text.diagnostic import Diagnostic
from engine.text.display import with_carets
from engine.text.problems import ProblemKind

EXIT_PROJECT = 44  # a real version's 300, as much of it as a process can exit with


def refusal(
    program: str, given: str, problems: Sequence[Diagnostic], behaviour: Behaviour, code: int, *, colours: bool
) -> Iterator[str]:
    """All that a program says that ends with a code because of them."""
    reasons = problems_told(given, problems)
    if behaviour.dialect == "wptest" or program == "wpgen":
        return reasons
    return framed(program, reasons, CONFIGURATION if code == EXIT_PROJECT else code, colours=colours)


def problems_told(given: str, problems: Sequence[Diagnostic]) -> Iterator[str]:
    """Each with its place, the line with carets, and a way out; `given` is the work root as somebody wrote it."""
    for problem in problems:
        told = replace(problem, path=Path(given, problem.path))
        if not told.line:
            yield told.in_one_line
            continue
        yield replace(told, help=None).in_one_line
        for text in with_carets(told.source_line, told.column, told.length):
            yield f"    {text}".rstrip()
        help_ = (
            "programs of wptest work below their work root only" if told.code is ProblemKind.UNMAPPED else told.help
        )
        if help_:
            yield f"    {help_}"
