"""What steps change by hand: whether it made a difference to anything after it, and is still in force."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from engine.machine import Machine
    from wptest.words.doings import Doings, Done

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


class Change(ABC):
    """Something that a step has changed without telling any program."""

    is_fault = False  # one that has to bite

    @property
    def subject(self) -> Hashable:
        """What it is about: of several changes of one thing the last one is in force."""
        return id(self)

    @abstractmethod
    def pointless(self, doings: Doings, before: Mapping[Done, int]) -> Pointless | None:
        """What is to be said of it if it met nothing; `before` is what had been done until then.

        One that only takes back another one, and so ends trouble, has to meet nothing.
        """

    def patterns(self) -> tuple[str, ...]:
        """Of a fault: the path patterns that it is for."""
        return ()

    def in_force(self, machine: Machine, first: Change, since: str) -> InForce | None:
        """What of it is still in force and may be trouble, `since` when; `first` was the first of its subject."""
        del machine, first, since
        return None
