"""An exploration: many runs that a scenario asks for, how far they are, and what they broke."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from wptest.words.finding import Finding

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Breach(ABC):
    """A run that broke something; its text says what was done to it.

    Attributes:
        KIND: which exploration found it, as the scenario's `explore` calls that.
    """

    KIND: ClassVar[str]

    findings: tuple[Finding, ...]

    @property
    @abstractmethod
    def place(self) -> Mapping[str, Any]:
        """Which of the exploration's runs it is, as plain data, by which it is run again."""


@dataclass(frozen=True, slots=True)
class SeedBreach(Breach):
    """A run of an exploration in which each seed is another one."""

    seed: int

    def __str__(self) -> str:
        return f"seed {self.seed}"

    @property
    def place(self) -> Mapping[str, Any]:
        """See `Breach`."""
        return {"seed": self.seed}


@dataclass(slots=True)
class Exploration:
    """What was explored so far, and what broke; while it goes on, its figures grow.

    Attributes:
        UNIT: what its runs are called.
        possible: how many runs there are to do, as far as that is known.
        run: how many were done.
        breaches: those that broke something, in the order of the runs.
    """

    UNIT: ClassVar[str] = "runs"

    possible: int = 0
    run: int = 0
    breaches: list[Breach] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether all that there is to do was done."""
        return self.run == self.possible

    @property
    def so_far(self) -> str:
        """How far it is."""
        return f"{self.run:,} of {self.possible:,} {self.UNIT}"


Watch = Callable[[Exploration], None]  # is told after each run how far it is


def nobody(_exploration: Exploration) -> None:
    """Nobody watches."""


def evenly(items: Sequence[_Item], most: int | None) -> Sequence[_Item]:
    """At most so many of the items, in order and evenly spread; all of them without a bound."""
    if most is None or len(items) <= most:
        return items
    return [items[number * len(items) // most] for number in range(most)]
