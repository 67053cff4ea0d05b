"""The port of the kinds of storage fault: what becomes of an operation. Each is one class in a file of `faults`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NotRequired, Protocol, TypedDict

from engine.storage.faults import FileOperation
from engine.text.mistake import Mistake
from wptest.text.codes import Code
from wptest.words.file_operation import written_name
from wptest.words.registry import Word, WrittenT


class Damage(TypedDict):
    """What a rule of the engine does to an operation; see `engine.storage.faults.FaultRule`."""

    errno: NotRequired[int]
    delay: NotRequired[int]
    spoil: NotRequired[Callable[[bytes], bytes]]
    label: NotRequired[str]
    spares: NotRequired[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class FaultKind(Word, Protocol[WrittenT]):
    """What becomes of an operation that a fault bites.

    Attributes:
        written: what a file gives it.
        alone: the only operation that it can bite, as a file writes it; empty where it bites any.
        beside: the kind that it says more of, and stands beside; empty where it makes a fault itself.
        part: what of that kind it is, as messages say it.
    """

    alone: ClassVar[FileOperation | None]
    beside: ClassVar[str]
    part: ClassVar[str]

    written: WrittenT = field()

    @abstractmethod
    def damage(self) -> Damage:
        """What the engine's rule is given."""

    @abstractmethod
    def trouble(self) -> str:
        """What coverage counts it as; empty where the kind that it stands beside says it."""

    def look_at(self, operations: Sequence[FileOperation], beside: Sequence[str]) -> None:
        """Look at the operations of its fault, and at the keys that stand `beside` it.

        Raises:
            Mistake: they can't be bitten in this way.
        """
        if self.alone is not None and tuple(operations) != (self.alone,):
            name = written_name(self.alone)
            raise Mistake(f"'{self.key}' is for {name}s alone", f"fail: {name}", code=Code.CHOICE)
        if self.beside and self.beside not in beside:
            raise Mistake(f"'{self.key}' is {self.part}", f"an '{self.beside}' beside it", code=Code.CHOICE)
