"""What steps change by hand: whether it made a difference to anything after it, and is still in force."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from wptest.words.doings import LaterDoings
from wptest.words.failures import Failure

if TYPE_CHECKING:
    from engine.machine import Machine

Keys = tuple[str, ...]


class Why(NamedTuple):
    """What is known of something that met nothing, and one thing to do."""

    evidence: tuple[str, ...]
    help: str


class Pointless(NamedTuple):
    """A change that made no difference.

    Attributes:
        keys: where below its step it stands.
        message: what made none.
        why: what is known of it, and one thing to do.
    """

    keys: Keys
    message: str
    why: Why


class InForce(NamedTuple):
    """What is still in force, in words, and the step that would end it."""

    text: str
    end: str


class StepChange(ABC):
    """Something that a step has changed without telling any program."""

    code: ClassVar[Failure] = Failure.CHANGED_NOTHING  # what it is if it met nothing

    @property
    def subject(self) -> Hashable:
        """What it is about: of several changes of one thing the last one is in force."""
        return id(self)

    @abstractmethod
    def pointless(self, done: LaterDoings, /) -> Pointless | None:
        """What is to be said of it if it met nothing of what was `done` from then on.

        One that only takes back another one, and so ends trouble, has to meet nothing.
        """

    @property
    def is_seen_by_nobody(self) -> bool:
        """Whether real processes don't tell if it met anything."""
        return False

    def faults(self) -> Iterable[tuple[str, str]]:
        """Of faults: what each does, and the path pattern that it is for."""
        return ()

    def in_force(self, _machine: Machine, _first: StepChange, /) -> InForce | None:
        """What of it is still in force on the machine and may be trouble, after the first change of its subject."""
        return None
