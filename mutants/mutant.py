"""One change of one file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed file: its path below the root, the line and how it is changed, its new text, the difference."""

    path: str
    line: int
    how: str
    text: str
    diff: str

    @property
    def place(self) -> str:
        """Where and how, in one line."""
        return f"{self.path}:{self.line} {self.how}"
