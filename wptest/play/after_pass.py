"""Exploring a scenario after it has passed, as part of a run: quickly or in full."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from wptest.document.reported_exploration import ReportedExploration
from wptest.explore.exploration import Breach, GoneError
from wptest.explore.explorations import explorations
from wptest.explore.rerun import explored_data, rerun
from wptest.kept.circumstances import Circumstances
from wptest.kept.store import keep
from wptest.play.stopwatch import Stopwatch
from wptest.report.reported_explorations import Examples, Pictures, reported_exploration
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import Explore

QUICK = 200  # runs in each exploration


def explore_too(variant: LoadedVariant, circumstances: Circumstances) -> tuple[ReportedExploration, ...]:
    """Do what the scenario's `explore` asks for."""
    examples, watch = examples_of(variant, circumstances), Stopwatch()
    most = QUICK if circumstances.explore == "quick" else None
    return tuple(
        reported_exploration(done, variant, circumstances.cwd, examples, watch.lap())
        for done in explorations(variant, circumstances.options, most=most)
    )


def examples_of(variant: LoadedVariant, circumstances: Circumstances) -> Examples:
    """Keeps failures of a variant's explorations, if any are, and draws their runs where pictures are wanted.

    For its picture, a failure is run once more.
    """
    plan = variant.scenario.explore or Explore()

    def keep_it(breach: Breach[Any]) -> str:
        return keep(variant, circumstances, breach.findings, explored_data(breach, plan))

    def draw(breach: Breach[Any]) -> Pictures:
        if circumstances.pictures == "none":
            return ()
        # Most explorations draw nothing.
        from wptest.report.picture.data import picture_data  # noqa: PLC0415
        from wptest.report.picture.stretches import pictures_of  # noqa: PLC0415

        with suppress(GoneError):
            again = rerun(variant, circumstances.options, explored_data(breach, plan))
            return tuple(map(picture_data, pictures_of(again)))
        return ()

    return Examples(keep_it, draw)
