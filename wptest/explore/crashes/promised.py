"""What no power loss has a right to take, and which rescue files have promised it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from engine.storage.disk_port import Disk, files_below
from wptest.judge.line_counts import CountedLines

_LOCK = ".lock"
OwedLines = Mapping[str, CountedLines]


@dataclass(frozen=True, slots=True)
class Promised:
    """The part of what is owed that no power loss may take.

    Attributes:
        lines: by target.
        files: the rescue files, by the names that they get in the end, whose lines are among them: lines that are
            equal to others are promised once for each file, and not once more when its name is made anew.
    """

    lines: OwedLines
    files: frozenset[str]

    @classmethod
    def at_start(cls, owed: OwedLines, disk: Disk, rescue_root: str) -> Self:
        """Everything that is there when a scenario begins."""
        return cls(dict(owed), frozenset(path.removesuffix(_LOCK) for path in files_below(disk, rescue_root)))

    def with_file(self, path: str, target: str, lines: CountedLines) -> Self:
        """Also the lines of a rescue file that is durable now."""
        if path in self.files:
            return self
        more = self.lines.get(target, Counter()) + lines
        return replace(self, lines={**self.lines, target: more}, files=self.files | {path})

    def without_file(self, path: str) -> Self:
        """The file is gone, and what it has promised stays so."""
        return replace(self, files=self.files - {path}) if path in self.files else self

    def at_most(self, owed: OwedLines) -> Self:
        """What of it is still owed."""
        left = {target: lines & owed.get(target, Counter()) for target, lines in self.lines.items()}
        return replace(self, lines=left)

    def key(self, key_of: Callable[[OwedLines], bytes]) -> bytes:
        """Equal for equal promises."""
        return key_of(self.lines) + repr(sorted(self.files)).encode()
