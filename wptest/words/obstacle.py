"""Something in a scenario that real processes or a real disk can't do, or can't be seen to do."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from engine.text.source_text import KeyPath


class Beyond(Enum):
    """Kinds of what can't be expressed, as docs/subjects.md has them."""

    FAULT = "storage faults"
    OPERATION = "triggers by file operations"
    POWER = "power losses"
    CLOCK = "the wall clock, and names that have its time"
    PYTHON = "faults, checks and sinks in Python"
    STRATEGY = "strategies in an inline project"
    HIDDEN = "what can't be seen from outside"
    PROJECT = "what the files of a project can't say"
    SERVER = "what a real database server can't be made to do"
    PROGRAM = "commands that the programs don't have"
    MACHINE = "what this machine doesn't allow"
    LONG = "longer than a minute"


class Obstacle(NamedTuple):
    """Something that can't be expressed: of which kind, where it stands in the scenario, and why it can't."""

    kind: Beyond
    path: KeyPath
    what: str


Reason = tuple[Beyond, str]
