"""What the choices of behaviour decide, and what each wrong value does: read from `choices.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from engine.behaviour import REFERENCE

_DEFECT = re.compile(r"\bD\d+\b")


@dataclass(frozen=True, slots=True)
class BehaviourChoice:
    """One choice, to be listed.

    Attributes:
        name: the field of `Behaviour`.
        topic: what part of the programs it belongs to.
        part: the same in one word.
        question: what it decides.
        reference: the value that is right.
        faults: the other values, with what the programs do then.
    """

    name: str
    topic: str
    part: str
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


@cache
def all_choices() -> Mapping[str, BehaviourChoice]:
    """Every choice by its name, topic by topic."""
    topics = tomllib.loads(files("engine.behaviour").joinpath("choices.toml").read_text(encoding="utf-8"))
    choices = {}
    for part, topic in topics.items():
        title = topic.pop("title")
        for name, faults in topic.items():
            question = faults.pop("question")
            choices[name] = BehaviourChoice(name, title, part, question, getattr(REFERENCE, name), faults)
    return choices
