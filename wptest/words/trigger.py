"""The port of all triggers: when a step comes. Each is one class in one file of `wptest.words.triggers`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, Self

from wptest.shapes.wildcards import Glob
from wptest.words.obstacle import Reason
from wptest.words.registry import Word, WrittenT
from wptest.words.stage import Lives, Reality, Stage
from wptest.words.verb import Operations, Stands

if TYPE_CHECKING:
    from engine.machine import Machine


class Planned(NamedTuple):
    """When a step comes, as far as that is known: nanoseconds after the start, exactly or at the least."""

    time: int
    exact: bool


AT_THE_END = "take it out: a cleanup step comes when 'when' is over"


@dataclass(frozen=True, slots=True)
class Trigger(Word, Protocol[WrittenT]):
    """When a step comes, and all that anybody has to know of it.

    Attributes:
        written: what a file gives it.
        stands: in which chapters it may stand.
        below: the key that it stands below; empty where it is a key of the step itself.
    """

    stands: ClassVar[Stands]
    below: ClassVar[str]

    written: WrittenT = field()

    @abstractmethod
    async def come(self, stage: Stage, since: int, /) -> None:
        """Wait for it; the step before was done `since` so many nanoseconds after the start."""

    @abstractmethod
    def plan(self, before: Planned) -> Planned:
        """When the step comes if the one before is done by then."""

    @abstractmethod
    def told(self) -> str:
        """What a plan says of it, after `upon`, like `rescue.created`; empty where the time says it all."""

    @abstractmethod
    def lateness(self, machine: Machine, /) -> str:
        """When it came, where real processes go on meanwhile and that is to be doubted; else empty."""

    @abstractmethod
    def obstacles(self, real: Reality, /) -> Iterable[Reason]:
        """Why real programs can't be waited for in this way."""

    def lives(self, lives: Lives, /) -> None:
        """Tell which program it listens to."""
        del lives

    def so_far(self, _stage: Stage, /) -> Iterable[str]:
        """What of it has come, when it is given up."""
        return ()

    @property
    def moment(self) -> int | None:
        """When it comes, in nanoseconds after the start, where the scenario says that."""
        return None

    @property
    def sink(self) -> str | None:
        """The sink that it looks at."""
        return None

    @property
    def message(self) -> tuple[str, Glob] | None:
        """The program and the message in its log that it waits for."""
        return None

    @property
    def operations(self) -> Operations | None:
        """The operations that it waits for, on files that must be there."""
        return None


class Besides(NamedTuple):
    """Another key that a trigger takes below `upon`, as the schema has it; without a default it must be there."""

    key: str
    value: Any
    docs: str
    examples: tuple[Any, ...]
    default: Any = None


class UponTrigger(Trigger[WrittenT], Protocol[WrittenT]):
    """A trigger that stands below `upon`.

    Attributes:
        besides: the other keys that it takes there.
        together: an example where it is nothing without the first of them, and the other way round.
    """

    stands: ClassVar[Stands] = Stands(when=True, meanwhile=True, cleanup=AT_THE_END)
    below: ClassVar[str] = "upon"
    besides: ClassVar[tuple[Besides, ...]]
    together: ClassVar[str]

    @classmethod
    @abstractmethod
    def read(cls, upon: Mapping[str, Any]) -> Self:
        """The trigger that the keys below `upon` are."""

    def plan(self, before: Planned) -> Planned:
        """See `Trigger.plan`: it comes whenever it comes."""
        return Planned(before.time, exact=False)


def no_words(_trigger: Trigger[Any]) -> str:
    """A plan need not say it."""
    return ""


def in_time(_trigger: Trigger[Any], _machine: Machine) -> str:
    """It comes when it should."""
    return ""


def somewhat_late(_trigger: Trigger[Any], _machine: Machine) -> str:
    """What triggered it is seen a little later."""
    return "some milliseconds after what triggered it"
