"""Exploring a scenario after it has passed, as part of a run: quickly or in full."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wptest.document.reported_exploration import ReportedExploration
from wptest.explore.exploration import Breach
from wptest.explore.explorations import explorations
from wptest.explore.rerun import explored_data
from wptest.kept.circumstances import Circumstances
from wptest.kept.store import keep
from wptest.play.stopwatch import Stopwatch
from wptest.report.reported_explorations import reported_exploration
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import Explore

QUICK = 200  # runs in each exploration


def explore_too(variant: LoadedVariant, circumstances: Circumstances) -> tuple[ReportedExploration, ...]:
    """Do what the scenario's `explore` asks for."""
    kept, watch = keeper(variant, circumstances), Stopwatch()
    most = QUICK if circumstances.explore == "quick" else None
    return tuple(
        reported_exploration(done, variant, circumstances.cwd, kept, watch.lap())
        for done in explorations(variant, circumstances.options, most=most)
    )


def keeper(variant: LoadedVariant, circumstances: Circumstances) -> Callable[[Breach[Any]], str]:
    """Keeps failures of a variant's explorations; gives their ids, or nothing where nothing is kept."""
    plan = variant.scenario.explore or Explore()

    return lambda breach: keep(variant, circumstances, breach.findings, explored_data(breach, plan))
