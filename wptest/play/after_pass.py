"""Exploring a scenario after it has passed, as part of a run: quickly or in full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from engine.text.display import printable
from wptest.explore.explorations import NotDone, explore
from wptest.explore.rerun import Failure, told
from wptest.kept.circumstances import Circumstances
from wptest.kept.store import keep_explored
from wptest.report.causes import Cause, causes_of
from wptest.report.exploration_text import exploration_text
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import Explore
from wptest.words.finding import Finding

Level = Literal["off", "quick", "full"]
LEVELS: tuple[Level, ...] = get_args(Level)
QUICK = 200  # runs in each exploration


@dataclass(frozen=True, slots=True)
class Explored:
    """What came of it.

    Attributes:
        outcome: `passed`, `failed` where something broke, `unverified` where an exploration can't be done.
        text: the counts, and what broke.
        runs: how many runs it took.
        causes: what broke, or what can't be done, each once.
        kept: the id that replays the first breach, if it is kept.
    """

    outcome: Literal["passed", "failed", "unverified"]
    text: str
    runs: int
    causes: tuple[Cause, ...] = ()
    kept: str = ""

    @property
    def why(self) -> str:
        """The first thing that is no pass, in one line."""
        return f"{self.causes[0].name}: {printable(self.causes[0].message)}" if self.causes else ""


def explore_too(
    variant: LoadedVariant, options: RunOptions, circumstances: Circumstances, level: Level
) -> Explored | None:
    """Do what the scenario's `explore` asks for, if it does and it is to be done at all."""
    if level == "off" or variant.scenario.explore is None:
        return None
    keep = keeper(variant, options, circumstances)
    ids: list[str] = []
    lines: list[str] = []
    broken: list[Finding] = []
    undone: list[NotDone] = []
    runs = 0

    def noted(failure: Failure) -> str:
        ids.append(keep(failure))
        return ids[-1]

    for report in explore(variant, options, most=QUICK if level == "quick" else None):
        lines += exploration_text(report, noted)
        broken += [finding for failure in report.failures for finding in failure.findings]
        if isinstance(report, NotDone):
            undone.append(report)
        else:
            runs += report.run
    causes = causes_of(broken) if broken else tuple(map(_undone, undone))
    return Explored(
        outcome="failed" if broken else "unverified" if undone else "passed",
        text="\n".join(lines),
        runs=runs,
        causes=tuple({cause.kind: cause for cause in reversed(causes)}.values())[::-1],
        kept=next(iter(ids), ""),
    )


def _undone(report: NotDone) -> Cause:
    return Cause("unverified", "", f"{report.what} not done", report.why)


def explored_text(name: str, explored: Explored) -> str:
    """The report of an exploration that is no pass; its first line is what summaries show."""
    return f"{name} {explored.outcome} when it was explored: {explored.why}\n\n{explored.text}"


def keeper(variant: LoadedVariant, options: RunOptions, circumstances: Circumstances) -> Callable[[Failure], str]:
    """Keeps failures of a variant's explorations; gives their ids, or nothing where nothing is kept."""
    plan = variant.scenario.explore or Explore()

    def keep(failure: Failure) -> str:
        return keep_explored(variant, options.seed, circumstances, failure.findings, told(failure, plan))

    return keep
