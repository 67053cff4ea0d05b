"""What is wrong with a project directory, or a profile: every problem at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from engine.text.diagnostic import Diagnostic, Severity, sorted_unique


class ProblemKind(StrEnum):
    """The mistakes that somebody else can put right: a scenario gives variables and paths, for instance."""

    VARIABLE = "a variable stands for nothing"
    UNMAPPED = "a path leads out of the project"
    OUTSIDE = "a path leads out of all that may be read"
    UNREAD = "a project reads nothing"


class ProjectError(Exception):
    """A project that can't be loaded. `problems` holds all of them, sorted by file, line and column."""

    def __init__(self, problems: Iterable[Diagnostic]) -> None:
        # Two sinks that share a connector find the same in it.
        self.problems = sorted_unique(problems)
        super().__init__("\n".join(problem.in_one_line for problem in self.problems))


@dataclass
class Problems:
    """Collects problems while loading goes on, so that a newcomer sees all of them in one run.

    A path is relative to the project's root, with `/`; it starts with `../` for a connector file above the root and
    is `.` for the project as a whole.
    """

    _noted: list[Diagnostic] = field(default_factory=list)

    def add(
        self,
        path: str,
        message: str,
        help_: str | None = None,
        *,
        severity: Severity = "error",
        code: StrEnum | None = None,
    ) -> None:
        """Note what is wrong with a file as a whole."""
        self.note(Diagnostic.of_file(path, message, help_, severity=severity, code=code))

    def note(self, *problems: Diagnostic) -> None:
        """Note what is wrong, or (a warning) has no effect and may be meant to have one."""
        self._noted += problems

    def raise_if_any(self) -> None:
        """End the loading.

        Raises:
            ProjectError: if a mistake was noted; it has the warnings, too.
        """
        if any(problem.severity == "error" for problem in self._noted):
            raise ProjectError(problem for problem in self._noted if problem.severity != "note")

    def forget(self, kinds: type[StrEnum]) -> None:
        """Drop what was noted with one of these codes and is no mistake."""
        dropped = self.coded(kinds)
        self._noted = [problem for problem in self._noted if problem not in dropped]

    @property
    def mistakes(self) -> list[Diagnostic]:
        """What was noted and keeps the loading from an end."""
        return [problem for problem in self._noted if problem.severity == "error"]

    def coded(self, kinds: type[StrEnum]) -> list[Diagnostic]:
        """What was noted with one of these codes and is no mistake, in order."""
        noted = [problem for problem in self._noted if isinstance(problem.code, kinds)]
        return sorted_unique(problem for problem in noted if problem.severity != "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was noted and is no mistake, in order."""
        return tuple(problem for problem in sorted_unique(self._noted) if problem.severity == "warning")
