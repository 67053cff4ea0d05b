"""Who does the runs of an exploration, and how they come by what is explored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from wptest.pool.in_this_process import InProcess
from wptest.pool.pool_port import Desk, Pool
from wptest.scenario.load import LoadedVariant

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")

FindVariant = Callable[[], LoadedVariant]
# What comes of each run that is asked for; a generator, so that what they have in common is done once around them.
Runs = Callable[[LoadedVariant, Sequence[_Item]], Iterable[_Answer]]


@dataclass(frozen=True, slots=True)
class Sharing:
    """The workers of an exploration; without any it is done here.

    Attributes:
        find: gives them the variant in other processes, where there are any.
    """

    pool: Pool = field(default_factory=InProcess)
    find: FindVariant | None = None

    def runs(self, variant: LoadedVariant, runs: Runs[_Item, _Answer], items: Sequence[_Item]) -> Iterator[_Answer]:
        """What comes of each, in their order, whoever does it.

        Raises:
            LostError: one has killed everybody who worked on it.
        """
        return self.pool.stream(_Shared(runs, self.find_for(variant)), items)

    def find_for(self, variant: LoadedVariant) -> FindVariant:
        """How workers come by the variant: in this process it is there."""
        if self.find is None or isinstance(self.pool, InProcess):
            return partial(_itself, variant)
        return self.find


def _itself(variant: LoadedVariant) -> LoadedVariant:
    return variant


@dataclass(frozen=True, slots=True)
class _Shared(Generic[_Item, _Answer]):
    """Runs of a variant that is found by whoever does them."""

    runs: Runs[_Item, _Answer]
    find: FindVariant

    def __call__(self, _desk: Desk, items: Sequence[_Item]) -> Iterable[_Answer]:
        return self.runs(self.find(), items)
