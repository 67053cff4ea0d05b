"""Files that somebody has given other names: rotated targets, rescue files that were moved away or renamed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from wptest.judge.rescue_names import may_be_replayed


@dataclass(slots=True)
class MovedFiles:
    """What files were called before.

    Attributes:
        root: where rescue files are.
        rotated: by target, the files that have been it and were taken away, the oldest first.
    """

    root: str
    rotated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _first_names: dict[str, str] = field(default_factory=dict)

    def follow(self, path: str, to: str, *, is_target: bool) -> None:
        """What is at `path` is at `to` now, and no longer what was there before."""
        for target, files in list(self.rotated.items()):
            left = (to if each == path else each for each in files if each != to)
            self.rotated[target] = tuple(each for each in left if each != target)  # where it was brought back
            if not self.rotated[target]:
                del self.rotated[target]
        if is_target:
            self.rotated[path] = (*self.rotated.get(path, ()), to)
        self._first_names.pop(to, None)
        if path in self._first_names or self._is_rescue_file(path):
            self._first_names[to] = self._first_names.pop(path, path)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for files that were moved alike."""
        return tuple(sorted(self.rotated.items())), tuple(sorted(self._first_names.items()))

    def copy(self) -> Self:
        """The same, to be gone on with apart."""
        return type(self)(self.root, self.rotated.copy(), self._first_names.copy())

    def first_name(self, path: str) -> str:
        """What a rescue file was called before it was renamed for the first time."""
        return self._first_names.get(path, path)

    def latest_name(self, path: str) -> str:
        """What a rescue file is called now that was called `path` before it was renamed."""
        return next((now for now, first in self._first_names.items() if first == path), path)

    def aside(self) -> Iterator[tuple[str, str]]:
        """The rescue files that are where no program looks for them, and what they were called."""
        return ((path, first) for path, first in self._first_names.items() if not self._is_rescue_file(path))

    def _is_rescue_file(self, path: str) -> bool:
        return path.startswith(f"{self.root}/") and may_be_replayed(path)
