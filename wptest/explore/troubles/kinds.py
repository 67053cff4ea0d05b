"""The port of the kinds of trouble, and the four that there are: where each may strike, and what it leaves there.

A kill or a power loss ends the run and leaves a state to start again from. After an error or a stop it goes on.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, ClassVar

from engine.storage.faults import Operation, errors_of
from engine.storage.profiles import DiskProfile
from wptest.explore.troubles.strikes import AskedToStop, FailingOperation, Strike
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import CombineExplore, CrashExplore, CrashKind, Occurrence, TroubleName

if TYPE_CHECKING:
    from engine.storage.crashes import CrashImage
    from wptest.explore.crashes.crash_state import CrashState
    from wptest.explore.crashes.recorder import Sight


@dataclass(frozen=True, slots=True)
class OperationAt:
    """An operation that is about to be done, the `number`-th of the explored programs; it began at `time`."""

    number: int
    operation: Operation
    path: str
    process: str
    time: int


class TroubleKind(ABC):
    """A kind of trouble.

    Attributes:
        NAME: what a scenario's `explore` calls it.
    """

    NAME: ClassVar[TroubleName]


class EndingKind(TroubleKind):
    """A kind of trouble that ends a run, at an operation or in the middle of one."""

    NAME: ClassVar[CrashKind]

    @abstractmethod
    def leave(self, sight: Sight) -> tuple[int, bool]:
        """Tell the finder of every state that it leaves now: how many there are, and whether there may be more."""


class StrikingKind(TroubleKind):
    """A kind of trouble that strikes with an operation, and after which the run goes on."""

    @abstractmethod
    def strikes(self, moment: OperationAt) -> Iterable[Strike]:
        """How it may strike with this operation."""

    def meanwhile(self, before: OperationAt, now: int) -> Iterable[Strike]:
        """How it may strike between the operation before and the next one, which comes only `now`."""
        del before, now
        return ()


class EveryoneKilled(EndingKind):
    """Every program is killed: what was written stays, what only memory held is gone."""

    NAME = "kill"

    def leave(self, sight: Sight) -> tuple[int, bool]:
        """See `EndingKind`: it is one state, and there are no more."""
        key = hash((sight.seen, sight.books(sight.left)))
        crash = sight.crash._replace(kind=self.NAME)
        sight.finder.look_at(key, lambda: sight.state(crash, sight.disk.snapshot(), sight.left))
        return 1, False


@dataclass(frozen=True, slots=True)
class PowerCut(EndingKind):
    """The power goes, and takes what wasn't synced as disks of these `profiles` may: at most so many `images`."""

    NAME = "power-loss"

    profiles: Sequence[DiskProfile]
    images: int

    def leave(self, sight: Sight) -> tuple[int, bool]:
        """See `EndingKind`."""
        images, bounded, books = 0, False, sight.books(sight.owed)
        for profile in self.profiles:
            disks = sight.disk.crash_images(profile, bound=self.images)
            bounded = bounded or not disks.complete
            images += len(disks.images)
            for number, image in enumerate(disks.images, 1):
                state = partial(self._state, sight, (profile, number, len(disks.images)), image)
                sight.finder.look_at(hash((image.image, books)), state)
        return images, bounded

    def _state(self, sight: Sight, which: tuple[DiskProfile, int, int], disk: CrashImage) -> CrashState:
        """One of these states, which is made only if no other was like it."""
        place = sight.crash._replace(kind=self.NAME, image="{} {} of {}".format(*which))
        return sight.state(place, disk.tables, sight.owed)


@dataclass(frozen=True, slots=True)
class SingleError(StrikingKind):
    """An operation fails: with each of these errors that it can give, or without any, with its most usual one."""

    NAME = "error"

    errnos: Sequence[str] | None
    occur: Sequence[Occurrence]

    def strikes(self, moment: OperationAt) -> Iterator[FailingOperation]:
        """See `StrikingKind`."""
        possible = errors_of(moment.operation)
        asked = possible[:1] if self.errnos is None else [errno for errno in self.errnos if errno in possible]
        for errno, occur in product(asked, self.occur):
            if (errno, occur) == ("EINTR", "for-good"):
                continue  # a signal interrupts once, and whoever tries again gets through
            yield FailingOperation(moment.number, moment.operation, moment.path, moment.process, errno, occur)


class GracefulStop(StrikingKind):
    """The program is asked to stop: during the operation, or in the pause behind it."""

    NAME = "stop"

    def strikes(self, moment: OperationAt) -> Iterator[Strike]:
        """See `StrikingKind`."""
        yield AskedToStop(moment.number, moment.operation, moment.path, moment.process)

    def meanwhile(self, before: OperationAt, now: int) -> Iterator[Strike]:
        """See `StrikingKind`."""
        if later := (now - before.time) // 2:
            yield AskedToStop(before.number, before.operation, before.path, before.process, later)


@dataclass(frozen=True, slots=True)
class Troubles:
    """Which troubles a run is looked through for.

    Attributes:
        during: at operations of which program; None for every one.
        tear: also in the middle of a write.
        lying: the disk says that it has synced, and hasn't.
    """

    during: str | None
    tear: bool = False
    lying: bool = False
    ending: tuple[EndingKind, ...] = ()
    striking: tuple[StrikingKind, ...] = ()

    @classmethod
    def of_crashes(cls, plan: CrashExplore, variant: LoadedVariant) -> Troubles:
        """Those of crashes."""
        disks = plan.disks or _own(variant)
        ending = (EveryoneKilled(), PowerCut(disks, plan.images))
        asked = tuple(kind for name in plan.kinds for kind in ending if name == kind.NAME)
        return cls(plan.during, plan.tear, "lying" in disks, asked)

    @classmethod
    def of_combined(cls, plan: CombineExplore, variant: LoadedVariant) -> Troubles:
        """Those that are combined."""
        ending = (EveryoneKilled(), PowerCut(plan.disks or _own(variant), plan.images))
        striking = (SingleError(plan.errno, ("once",)), GracefulStop())
        return cls(
            plan.during,
            plan.tear,
            ending=tuple(kind for kind in ending if kind.NAME in plan.troubles),
            striking=tuple(kind for kind in striking if kind.NAME in plan.troubles),
        )


def _own(variant: LoadedVariant) -> tuple[DiskProfile, ...]:
    """The disks where the plan names none: on one that lies nothing could hold, so who wants that has to say so."""
    durability = variant.scenario.given.outset.durability
    return ("posix" if durability == "lying" else durability,)
