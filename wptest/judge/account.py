"""What became of the lines that one target is owed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from wptest.judge.lines import Lines


@dataclass(slots=True)
class Account:
    """One target's lines by what became of them.

    Every owed line is in exactly one of the places: delivered, rescued, stranded, quarantined, dropped, in
    flight, or lost. Duplicates and invented lines are delivered ones that nobody owed. `doubled` lines stand in a
    rescue file that nobody has begun to replay although they have arrived, or stand in another one, too. `unseen`
    are those in flight that nobody sees: they are nowhere, and a program that can't be looked into lives.
    """

    owed: int = 0
    delivered: int = 0
    rescued: int = 0
    stranded: int = 0
    quarantined: int = 0
    dropped: int = 0
    in_flight: int = 0
    lost: Lines = field(default_factory=Counter)
    duplicates: Lines = field(default_factory=Counter)
    invented: Lines = field(default_factory=Counter)
    doubled: Lines = field(default_factory=Counter)
    unseen: Lines = field(default_factory=Counter)
    torn: bytes = b""
