"""Whether a profile allows what was found on a real disk, and how much more it allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from engine.storage.crashes import CrashChoices
from engine.storage.memory import MemoryDisk
from engine.storage.profiles import DiskProfile
from engine.storage.tables import Tables
from tests.real_disks.histories import History, Player
from tests.real_disks.trees import Runs, Tree, runs_of

# What was found at one moment: after which operations it may have been, or within which one, and the trees.
Found = tuple[Sequence[int], int, Sequence[tuple[Tree, int]]]


class Simulated:
    """The simulated disk at every moment of a history, as a profile judges it."""

    def __init__(self, history: History, profile: DiskProfile) -> None:
        self._profile = profile
        self._moments = list(_moments(history))
        self._known: dict[int, _Left] = {}

    def allows(self, after: Sequence[int], within: int, tree: Tree) -> bool:
        """Whether a power loss may leave the tree, at all of these moments, or at some moment of an operation."""
        if within:
            start, end = [self._at(index) for index in (within - 1, within)]
            return any(self._left(number).allows(tree) for number in range(start, end + 1))
        return all(self._left(self._at(number)).allows(tree) for number in after)

    def number(self) -> int:
        """How many trees a power loss may leave in all, at the end."""
        return self._left(len(self._moments) - 1).number()

    def _at(self, operation: int) -> int:
        """The last moment of an operation, counted from 1; 0 for before the first."""
        return max(index for index, (done, _) in enumerate(self._moments) if done == operation)

    def _left(self, number: int) -> _Left:
        if number not in self._known:
            self._known[number] = _Left(CrashChoices(self._moments[number][1], self._profile, None))
        return self._known[number]


class _Left:
    def __init__(self, choices: CrashChoices) -> None:
        self._names = [(dict(left.files), tuple(sorted({*left.dirs} - {""}))) for left in choices.names]
        self._files: dict[int, set[Runs]] = {
            number: {runs_of(inode.read(0, inode.size)) for inode in inodes}
            for number, inodes in choices.files.items()
        }

    def allows(self, tree: Tree) -> bool:
        """Whether it is one of these."""
        files = dict(tree.files)
        return any(
            names.keys() == files.keys()
            and dirs == tree.dirs
            and all(files[path] in self._files[number] for path, number in names.items())
            for names, dirs in self._names
        )

    def number(self) -> int:
        """How many there are."""
        return sum(prod(len(self._files[number]) for number in set(names.values())) for names, _ in self._names)


def _moments(history: History) -> Iterator[tuple[int, Tables]]:
    disk = MemoryDisk("posix")
    player = Player(disk)
    yield 0, disk.snapshot()
    for number, operation in enumerate(history):
        for _call in player.calls(number, operation):
            yield number + 1, disk.snapshot()
    player.close()


@dataclass(slots=True)
class Verdict:
    """What came of a file system.

    Attributes:
        histories: how many were done.
        images: how many different disks were mounted.
        seen: the different trees that were left behind whole histories.
        allowed: how many the profile allows there.
        trees: all that was found at any moment, with how many disks had it.
        beyond: what it doesn't allow, with the history and the moment, most often seen first.
    """

    profile: DiskProfile
    histories: int = 0
    images: int = 0
    seen: int = 0
    allowed: int = 0
    trees: Counter[str] = field(default_factory=Counter)
    beyond: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, history: History, images: int, found: Iterable[Found]) -> None:
        """Count one history."""
        simulated, last, trees = Simulated(history, self.profile), len(history), set[Tree]()
        for after, within, each in found:
            for tree, times in each:
                if last in after:
                    trees.add(tree)
                self.trees[str(tree)] += times
                if not simulated.allows(after, within, tree):
                    where = f"within {' '.join(history[within - 1])}" if within else f"after {max(after)} of {last}"
                    self.beyond[f"{name}: {where}: {tree}"] += times
        self.histories += 1
        self.images += images
        self.seen += len(trees)
        self.allowed += simulated.number()

    def as_data(self) -> dict[str, Any]:
        """All of it, as JSON takes it."""
        names = ("profile", "histories", "images", "seen", "allowed", "trees", "beyond")
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        more = f"{self.allowed / self.seen:.1f}" if self.seen else "-"
        counts = f"{self.histories} histories, {self.images} images, {len(self.beyond)} beyond `{self.profile}`"
        return f"{counts}, which allows {self.allowed} for {self.seen} seen ({more})"
