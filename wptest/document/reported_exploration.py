"""What came of an exploration: how much of it was done, and what broke."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from wptest.document.record import Record
from wptest.document.reported_finding import ReportedFinding, ReportedReplay

ExplorationKind = Literal["crash", "errors", "requests", "combine", "schedule", "swarm", "exploration"]


@dataclass(frozen=True)
class ReportedBreach(Record):
    """A run of an exploration that broke something.

    Attributes:
        what: what was done to the run, in words.
        replay: how to see it again; only the first that broke each thing is kept under an id.
        lanes: the pictures of its run's stretches, as that of a variant, where they are wanted and it is kept: each
            ends with a crash, and the last one with what broke.
    """

    what: str
    findings: tuple[ReportedFinding, ...]
    replay: ReportedReplay = field(default_factory=ReportedReplay)
    lanes: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class ReportedStruck(Record):
    """What came of the runs in which one operation was struck in one way.

    Attributes:
        operation: such as `wparse: append data/out_dat/a.dat`.
        how: such as `kill`, `power loss`, `EIO`.
        held: how many runs broke nothing.
        broken: how many broke something.
        left: how many were not done.
    """

    operation: str
    how: str
    held: int = 0
    broken: int = 0
    left: int = 0


@dataclass(frozen=True)
class ReportedExploration(Record):
    """An exploration of one variant.

    Attributes:
        kind: which one; `exploration` where none could be begun.
        not_done: why it can't be done; empty where it was.
        total: how many runs there are to do, as far as that is known.
        run: how many were done.
        broken: how many of these broke something.
        bounded: a power loss may leave more than was looked at.
        counts: what else there is to count, by a name that says what, such as `operations`.
        breaches: those that broke something, in the order of the runs.
        grid: what came of the runs by what was struck, and how; of two troubles it is what the second one struck.
            Empty where nothing is struck that can be named.
        text: what the terminal shows of it.
    """

    kind: ExplorationKind
    not_done: str = ""
    total: int = 0
    run: int = 0
    broken: int = 0
    bounded: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    breaches: tuple[ReportedBreach, ...] = ()
    grid: tuple[ReportedStruck, ...] = ()
    text: str = ""
    duration_seconds: float = 0.0
