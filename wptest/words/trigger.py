"""The port of all triggers: when a step comes. Each is one class in one file of `wptest.words.triggers`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from wptest.words.registry import Word
from wptest.words.verb import Operations, Stands

if TYPE_CHECKING:
    from wptest.shapes.glob import Glob
    from wptest.words.obstacle import Reason
    from wptest.words.stage import Lives, Reality, Stage


class Planned(NamedTuple):
    """When a step comes, as far as that is known: nanoseconds after the start, exactly or at the least."""

    time: int
    exact: bool


class Trigger(Word, ABC):
    """When a step comes, and all that anybody has to know of it.

    Attributes:
        stands: in which chapters it may stand.
        below: the key that it stands below; empty where it is a key of the step itself.
    """

    stands: ClassVar[Stands]
    below: ClassVar[str]

    @classmethod
    @abstractmethod
    def read(cls, written: Any) -> Self:
        """The trigger with what a file gives it."""

    @abstractmethod
    async def come(self, stage: Stage) -> None:
        """Wait for it."""

    @abstractmethod
    def plan(self, before: Planned) -> Planned:
        """When the step comes if the one before is done by then."""

    @abstractmethod
    def told(self) -> str:
        """What a plan says of it, like `upon rescue.created`; empty where the time says it all."""

    @abstractmethod
    def lateness(self, stage: Stage) -> str:
        """What is to be doubted since it came, where real processes go on meanwhile; empty for nothing."""

    @abstractmethod
    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """Why real programs can't be waited for in this way."""

    def lives(self, lives: Lives) -> None:
        """Tell which program it listens to."""

    def so_far(self, stage: Stage) -> Iterable[str]:
        """What of it has come, when it is given up."""
        del stage
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


class Upon(Trigger):
    """A trigger that stands below `upon`.

    Attributes:
        besides: the other keys that it takes there: their annotations, and what else the schema says of each.
        together: the keys that are nothing without each other, and an example of them.
    """

    stands = Stands(when=True, meanwhile=True, cleanup="take it out: a cleanup step comes when 'when' is over")
    below = "upon"
    besides: ClassVar[Mapping[str, tuple[Any, Any]]]
    together: ClassVar[tuple[tuple[str, ...], str]]

    def plan(self, before: Planned) -> Planned:
        """See `Trigger.plan`: it comes whenever it comes."""
        return Planned(before.time, exact=False)
