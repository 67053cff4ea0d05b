"""Files that are or were an input, and who reads them, as the books of what was read have them."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.project.model import Project


@dataclass(slots=True, eq=False)
class ReadFile:
    """A file that is an input, or was.

    Attributes:
        path: what that input is called.
        number: its number on the disk.
        descriptor: what it is open with; None where it can't be looked into any more.
        kept: what it had when it was cut; None as long as it hasn't been.
        read: how many of its lines have been read, and `booked`: of these, how many are in other books already.
        was_left: whoever read it has gone on with another.
        may_go_on: what it has since it was cut goes on with it, if it begins with all that has been read.
        rest: what it has since, as a file of its own.
        before_cut: what it had before, where it goes on with that: whoever reads it may have read it ahead.
        shares: for which project lines were read, and how many had been read before; None is the first project.
    """

    path: str
    number: int
    descriptor: int | None
    kept: bytes | None = None
    read: int = 0
    booked: int = 0
    was_left: bool = False
    may_go_on: bool = False
    rest: ReadFile | None = None
    before_cut: bytes | None = None
    shares: list[tuple[int, Project | None]] = field(default_factory=list)

    def read_up_to(self, lines: int, project: Project | None) -> None:
        """So many of its lines have been read, those that are new for this project."""
        if lines > self.read and (self.shares[-1][1] if self.shares else None) is not project:
            self.shares.append((self.read, project))
        self.read = max(self.read, lines)


@dataclass(slots=True)
class Reader:
    """A program that reads: which file, for which project, how many lines in all, and how many before this file.

    `passes_over` is how many lines it should go on behind, and doesn't.
    """

    file: ReadFile
    project: Project | None
    total: int = 0
    before: int = 0
    passes_over: int = 0
