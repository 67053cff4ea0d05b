"""The document as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from wptest.document.record import Record
from wptest.document.reported_place import ReportedFile, ReportedMistake
from wptest.document.reported_suite import (
    ReportedAgreements,
    ReportedBehaviours,
    ReportedGaps,
    ReportedSelftest,
)
from wptest.document.reported_variant import ReportedVariant

FORMAT_NAME: Literal["wptest-report"] = "wptest-report"
FORMAT_VERSION: Literal[1] = 1

CommandName = Literal["run", "explore", "selftest", "behaviours", "agree", "gaps", "pytest", "watch"]


@dataclass(frozen=True)
class ReportFormat(Record):
    """What kind of document it is.

    A key never changes its meaning within a version; there may be more keys, which older readers pass over.

    Attributes:
        name: always `wptest-report`.
        version: changes when a key goes away or means something else.
    """

    name: Literal["wptest-report"] = FORMAT_NAME
    version: Literal[1] = FORMAT_VERSION


@dataclass(frozen=True)
class ReportedCommand(Record):
    """The command that it came of.

    Attributes:
        name: the command of `wptest`, or `pytest`.
        arguments: as they were given, without the program's name.
        began_at: when it began, in UTC, as RFC 3339 has it.
        duration_seconds: how long it took in real time.
        exit_code: the one that the command ended with, or would have but for a file that can't be written.
        interrupted: a signal ended it before its time.
        shard: `1/4` for one part of a suite; empty for all of it.
    """

    name: CommandName
    arguments: tuple[str, ...] = ()
    began_at: str = ""
    duration_seconds: float = 0.0
    exit_code: int = 0
    interrupted: bool = False
    shard: str = ""


@dataclass(frozen=True)
class ReportedSummary(Record):
    """How many variants ended how.

    Attributes:
        invalid: how many files have mistakes.
        not_run: how many variants, planted faults or choices were never reached.
        interrupted: a signal ended it before its time.
    """

    passed: int = 0
    skipped: int = 0
    xfailed: int = 0
    unverified: int = 0
    unclean: int = 0
    failed: int = 0
    error: int = 0
    invalid: int = 0
    not_run: int = 0
    interrupted: bool = False


@dataclass(frozen=True)
class ReportDocument(Record):
    """All that came of a command. Every report that people read is made from it, and from nothing else.

    Attributes:
        versions: of `wptest` and `python`, and under pytest of `pytest`.
        commands: the command that it came of; of reports that were merged, all of theirs.
        results: what came of each variant: of shards that were merged by file and then by id.
        invalid: the files that have mistakes.
        warnings: what there is to say of the scenarios and projects besides, each once.
        codes: what each code in the document stands for.
        sources: the text of each scenario file in which something is no pass.
        selftest: of `wptest selftest` alone, as `behaviours`, `agreement` and `gaps` are of theirs.
    """

    format: ReportFormat = field(default_factory=ReportFormat)
    versions: Mapping[str, str] = field(default_factory=dict)
    commands: tuple[ReportedCommand, ...] = ()
    summary: ReportedSummary = field(default_factory=ReportedSummary)
    results: tuple[ReportedVariant, ...] = ()
    invalid: tuple[ReportedFile, ...] = ()
    warnings: tuple[ReportedMistake, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    selftest: ReportedSelftest | None = None
    behaviours: ReportedBehaviours | None = None
    agreement: ReportedAgreements | None = None
    gaps: ReportedGaps | None = None
