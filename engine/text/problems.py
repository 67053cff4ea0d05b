"""What is wrong with a project directory: every problem at once, each with a place and one way out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]
# What kind of mistake it is where that matters to whoever tells of it: a variable that stands for nothing, a path
# that leads out of the project, one that leads out of all that may be read, a project that reads nothing.
Kind = Literal["", "variable", "unmapped", "outside", "unread"]


class Span(NamedTuple):
    """A stretch of one line, counted from 1, in characters; `length` 0 is the whole file."""

    line: int
    column: int
    length: int


WHOLE_FILE = Span(1, 1, 0)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or (a warning) that has no effect here and may be meant to have one.

    `path` is relative to the project's root, with `/`; it starts with `../` for a connector file above the
    root and is `.` for the project as a whole. `line` and `column` count from 1, in characters. A `length`
    of 0 means the file as a whole. `help` is one action that would put it right, where one is known. `about` is the
    variable or the path that a `kind` is about.
    """

    path: str
    line: int
    column: int
    length: int
    message: str
    help: str | None = None
    severity: Severity = "error"
    kind: Kind = ""
    about: str = ""

    def __str__(self) -> str:
        place = self.path if not self.length else f"{self.path}:{self.line}:{self.column}"
        message = self.message if self.severity == "error" else f"warning: {self.message}"
        return f"{place}: {message}" + (f" ({self.help})" if self.help else "")


class ProjectError(Exception):
    """A project that can't be loaded. `problems` holds all of them, sorted by file, line and column."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = in_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Problems:
    """Collects problems while loading goes on, so that a newcomer sees all of them in one run."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, path: str, span: Span, message: str, help: str | None = None) -> None:  # noqa: A002 (as in the report)
        """Note one problem."""
        self._found.append(Problem(path, *span, message, help))

    def warn(self, path: str, span: Span, message: str, help: str | None = None) -> None:  # noqa: A002 (as in the report)
        """Note something that is no mistake, but that nobody should have to find out by himself."""
        self._found.append(Problem(path, *span, message, help, "warning"))

    def note(self, problem: Problem) -> None:
        """Note a problem that is made already."""
        self._found.append(problem)

    def extend(self, error: ProjectError) -> None:
        """Note all problems of an error that was raised on the way."""
        self._found.extend(error.problems)

    def raise_if_any(self) -> None:
        """End the loading.

        Raises:
            ProjectError: if a mistake was noted; it has the warnings, too.
        """
        if any(problem.severity == "error" for problem in self._found):
            raise ProjectError(self._found)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What was noted and is no mistake, in order."""
        return tuple(problem for problem in in_order(self._found) if problem.severity == "warning")


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file, line and column, none twice: two sinks that share a connector find the same in it."""
    return sorted(set(problems), key=lambda problem: (*_place(problem), problem.message))


def _place(problem: Problem) -> tuple[str, int, int]:
    return problem.path, problem.line, problem.column
