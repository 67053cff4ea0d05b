"""Exploring a scenario after it has passed, as part of a run: quickly or in full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from wptest.explore.again import keeper
from wptest.explore.explore import NotDone, explore
from wptest.language.load import LoadedVariant
from wptest.report.exploration import exploration_text
from wptest.report.replay import Circumstances
from wptest.run.world import RunOptions

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
    """

    outcome: Literal["passed", "failed", "unverified"]
    text: str
    runs: int


def explore_too(
    variant: LoadedVariant, options: RunOptions, circumstances: Circumstances, level: Level
) -> Explored | None:
    """Do what the scenario's `explore` asks for, if it does and it is to be done at all."""
    if level == "off" or variant.scenario.explore is None:
        return None
    keep = keeper(variant, options, circumstances)
    lines: list[str] = []
    broken = undone = False
    runs = 0
    for report in explore(variant, options, most=QUICK if level == "quick" else None):
        lines += exploration_text(report, keep)
        broken = broken or bool(report.failures)
        if isinstance(report, NotDone):
            undone = True
        else:
            runs += report.run
    return Explored("failed" if broken else "unverified" if undone else "passed", "\n".join(lines), runs)


def explored_text(name: str, explored: Explored) -> str:
    """The report of an exploration that is no pass; its first line is what summaries show."""
    what = "something broke" if explored.outcome == "failed" else "not everything could be done"
    return f"{name} {explored.outcome} when it was explored: {what}\n\n{explored.text}"
