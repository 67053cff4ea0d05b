"""What commands that look at a whole suite have found: `selftest`, `behaviours`, `agree`, `gaps`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from wptest.document.record import Record


@dataclass(frozen=True)
class ReportedHunt(Record):
    """A planted fault, and which variants caught it.

    Attributes:
        choice: the choice of behaviour, and `value` its faulty value.
        topic: what the choice is about.
        defects: its rows of the defect catalogue.
        caught_by: the variants that caught it, one of each scenario; with `--all` every scenario that does.
        shows: the invariant or expectation that doesn't hold in the first of them.
        explored: only crashing a scenario at its operations showed it.
        runs: how many runs it took.
        power_loss: the power went in the first run that showed it.
        disks: if so, the disks that people mount (`ext4`, `xfs`, `btrfs`) on which it shows, too.
    """

    choice: str
    value: str
    topic: str
    defects: tuple[str, ...] = ()
    caught_by: tuple[str, ...] = ()
    shows: str = ""
    explored: bool = False
    runs: int = 0
    power_loss: bool = False
    disks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportedAlarm(Record):
    """A variant that is no pass on the reference.

    Attributes:
        shows: what doesn't hold.
    """

    name: str
    seed: int
    shows: str


@dataclass(frozen=True)
class ReportedSelftest(Record):
    """What `wptest selftest` found.

    Attributes:
        variants: the names of all variants that faults were shown to.
        lost: what a worker process died of, by what it worked on.
        runs: how many runs it took, and `reference_runs` those on the reference.
        tasks: how many faults and scenarios were to be looked at, and `tasks_undone` those that were not.
    """

    hunts: tuple[ReportedHunt, ...]
    alarms: tuple[ReportedAlarm, ...] = ()
    variants: tuple[str, ...] = ()
    lost: Mapping[str, str] = field(default_factory=dict)
    runs: int = 0
    reference_runs: int = 0
    tasks: int = 0
    tasks_undone: int = 0


@dataclass(frozen=True)
class ReportedChoice(Record):
    """A choice of behaviour by itself, and what it breaks.

    Attributes:
        breaks: the guarantees that it breaks, and the variant that shows each; none where no scenario shows it.
    """

    choice: str
    value: str
    topic: str
    defects: tuple[str, ...] = ()
    breaks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReportedBehaviours(Record):
    """What `wptest behaviours` found.

    Attributes:
        profile: what was asked for.
        planned: how many choices there were to look at.
    """

    profile: str
    planned: int
    choices: tuple[ReportedChoice, ...]


@dataclass(frozen=True)
class ReportedDifference(Record):
    """Something that was seen otherwise.

    Attributes:
        facet: of what: `exit`, `numbers`, ...
        place: at which look, and in which file or program.
        real: what the real programs did.
        ours: what the engine did.
    """

    facet: str
    place: str
    real: str
    ours: str


@dataclass(frozen=True)
class ReportedAgreement(Record):
    """A variant on the engine and on real programs.

    Attributes:
        engine: how the run on the engine ended.
        real: how the runs of the real programs ended, in their order.
        doubts: what was otherwise than on the engine, so that a difference proves nothing.
        reasons: why it was not run.
        unrecorded: why its steps are in no words of recordings; empty where they are.
        lanes: the pictures of the engine's run and of one of the real programs', as those of variants; none where
            nothing differs, or nobody asked for pictures.
    """

    name: str
    verdict: Literal["agrees", "DIFFERS", "can't tell", "not run"]
    engine: str = ""
    real: tuple[str, ...] = ()
    differences: tuple[ReportedDifference, ...] = ()
    doubts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    unrecorded: str = ""
    lanes: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class ReportedAgreements(Record):
    """What `wptest agree` found.

    Attributes:
        behaviour: what the engine did: profiles, and `CHOICE=VALUE`.
        dialect: which programs the real ones are.
        runs: how often the real programs were run.
        planned: how many variants there were.
    """

    behaviour: tuple[str, ...]
    dialect: str
    runs: int
    planned: int
    variants: tuple[ReportedAgreement, ...]


@dataclass(frozen=True)
class ReportedCell(Record):
    """A trouble for a sink in a phase, and which scenarios make it.

    Attributes:
        sink: the id of a project's sink, or its kind in a project that is written out.
        trouble: `kill`, `full disk`, ...
        phase: `live`, `rescue` or `replay`.
        scenarios: their ids; none is a gap.
    """

    sink: str
    trouble: str
    phase: str
    scenarios: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportedGaps(Record):
    """What `wptest gaps` found.

    Attributes:
        cells: all that is possible, covered or not.
        tags: each tag with its scenarios.
    """

    cells: tuple[ReportedCell, ...]
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
