"""How a choice of behaviour is declared: its values, what it decides, and what each wrong value does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

_T = TypeVar("_T", bound=str)
_DEFECT = re.compile(r"\bD\d+\b")


@dataclass(frozen=True, slots=True)
class BehaviourChoice:
    """One choice, to be listed.

    Attributes:
        name: the field of `Behaviour`.
        topic: what part of the programs it belongs to.
        question: what it decides.
        reference: the value that is right.
        faults: the other values, with what the programs do then.
    """

    name: str
    topic: str
    question: str
    reference: str
    faults: Mapping[str, str]

    @property
    def values(self) -> tuple[str, ...]:
        """Every value, the reference first."""
        return (self.reference, *self.faults)

    def defects(self, value: str) -> tuple[str, ...]:
        """The rows of the defect catalogue that a value stands for, such as `D1`; none for a planted fault."""
        return tuple(_DEFECT.findall(self.faults.get(value, "")))


def choice(reference: _T, question: str, **faults: str) -> _T:
    """Declare a field: its reference value, what it decides, and what each other value does.

    A text that names a row of the defect catalogue (`D1`) is what a real version does; the others are planted.
    """
    return field(default=reference, metadata={"question": question, "faults": faults})
