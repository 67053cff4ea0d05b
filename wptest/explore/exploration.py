"""An exploration: many runs that a scenario asks for, how far they are, and what they broke."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Self, TypeVar

from wptest.document.reported_exploration import ExplorationKind
from wptest.explore.grid import Grid
from wptest.explore.rewriting.plain_scenario import PlainData
from wptest.explore.stretch import Rerun
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.shapes.shape import Shape
from wptest.words.finding import Finding

_Plan = TypeVar("_Plan", bound=Shape)
SeededScenario = tuple[PlainData, int]  # a scenario, and the seed that it is run with


class GoneError(Exception):
    """The run has changed: what was explored isn't in it any more."""


@dataclass(frozen=True, slots=True)
class Breach(ABC, Generic[_Plan]):
    """A run that broke something; its text says what was done to it.

    Attributes:
        KIND: which exploration found it, as the scenario's `explore` calls that.
        PLAN: what is said there.
        WHY_NOT: what to say where no scenario shows it alone.
    """

    KIND: ClassVar[str]
    PLAN: ClassVar[type[Shape]]
    WHY_NOT: ClassVar[str]

    findings: tuple[Finding, ...]

    @property
    @abstractmethod
    def place(self) -> Mapping[str, Any]:
        """Which of the exploration's runs it is, as plain data, by which it is run again."""

    @classmethod
    @abstractmethod
    def at(cls, place: Mapping[str, Any]) -> Self:
        """The run with that `place`; what broke in it is not known any more."""

    @abstractmethod
    def again(self, variant: LoadedVariant, options: RunOptions, plan: _Plan) -> Rerun:
        """Run just this once more; what breaks now, and what happens until then.

        Raises:
            GoneError: the run doesn't come to that point any more.
            EndlessError: it doesn't end.
        """

    @abstractmethod
    def scenarios(self, plan: _Plan, again: Rerun) -> Iterable[SeededScenario]:
        """What may show it as a scenario of its own, after it was run `again`."""

    @property
    def why_not(self) -> str:
        """Why none of these shows it."""
        return self.WHY_NOT

    @property
    def in_words(self) -> str:
        """What was explored, for people who see nothing else of it."""
        return str(self)


@dataclass(frozen=True, slots=True)
class SeedBreach(Breach[_Plan]):
    """A run of an exploration in which each seed is another one."""

    seed: int

    def __str__(self) -> str:
        return f"seed {self.seed}"

    @property
    def place(self) -> Mapping[str, Any]:
        """See `Breach`."""
        return {"seed": self.seed}

    @classmethod
    def at(cls, place: Mapping[str, Any]) -> Self:
        """See `Breach`."""
        return cls((), int(place["seed"]))

    @property
    def in_words(self) -> str:
        """See `Breach`."""
        return f"{self.KIND}: {self}"


@dataclass(slots=True)
class Exploration:
    """What was explored so far, and what broke; while it goes on, its figures grow.

    Attributes:
        KIND: which it is, as a scenario's `explore` calls it.
        UNIT: what its runs are called.
        possible: how many runs there are to do, as far as that is known.
        run: how many were done.
        breaches: those that broke something, in the order of the runs.
        grid: what came of the runs, by what was struck, where they strike operations.
    """

    KIND: ClassVar[ExplorationKind]
    UNIT: ClassVar[str] = "runs"

    possible: int = 0
    run: int = 0
    breaches: list[Breach[Any]] = field(default_factory=list)
    grid: Grid = field(default_factory=Grid)

    @property
    def complete(self) -> bool:
        """Whether all that there is to do was done."""
        return self.run == self.possible

    @property
    def kind(self) -> ExplorationKind:
        """Which it is."""
        return self.KIND

    @property
    def counts(self) -> Mapping[str, int]:
        """What else there was to count, by a name that says what."""
        return {}

    @property
    def so_far(self) -> str:
        """How far it is."""
        return f"{self.run:,} of {self.possible:,} {self.UNIT}"


Watch = Callable[[Exploration], None]  # is told after each run how far it is


def nobody(_exploration: Exploration) -> None:
    """Nobody watches."""
