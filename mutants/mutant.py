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
    def before(self) -> str:
        """What was changed: the lines as they were, however many stand before them."""
        return self._lines("-")

    @property
    def after(self) -> str:
        """What it was changed to: the same lines as they are now."""
        return self._lines("+")

    def _lines(self, sign: str) -> str:
        lines = self.diff.splitlines()[2:]
        return " ".join(line[1:].strip() for line in lines if line.startswith(sign))

    @property
    def place(self) -> str:
        """Where and how, in one line."""
        return f"{self.path}:{self.line} {self.how}"
