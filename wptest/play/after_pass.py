"""Exploring a scenario after it has passed, as part of a run: quickly or in full."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wptest.explore.exploration import Breach
from wptest.explore.explorations import NotDone, explorations
from wptest.explore.rerun import explored_data
from wptest.kept.circumstances import Circumstances
from wptest.kept.store import keep
from wptest.play.variant_report import Explored
from wptest.report.causes import Cause, causes_of_findings
from wptest.report.exploration_text import exploration_text
from wptest.scenario.load import LoadedVariant
from wptest.words.explore import Explore
from wptest.words.finding import Finding

QUICK = 200  # runs in each exploration


def explore_too(variant: LoadedVariant, circumstances: Circumstances) -> Explored:
    """Do what the scenario's `explore` asks for."""
    kept = keeper(variant, circumstances)
    ids: list[str] = []
    lines: list[str] = []
    broken: list[Finding] = []
    undone: list[NotDone] = []
    runs = 0

    def noted(breach: Breach[Any]) -> str:
        ids.append(kept(breach))
        return ids[-1]

    for done in explorations(
        variant, circumstances.options, most=QUICK if circumstances.explore == "quick" else None
    ):
        lines += exploration_text(done, noted)
        broken += [finding for breach in done.breaches for finding in breach.findings]
        undone += [done] if isinstance(done, NotDone) else []
        runs += done.run
    not_done = tuple(Cause("unverified", "", f"{each.what} not done", each.why) for each in undone)
    causes = causes_of_findings(broken) if broken else not_done
    return Explored(
        outcome="failed" if broken else "unverified" if undone else "passed",
        text="\n".join(lines),
        runs=runs,
        causes=tuple({cause.kind: cause for cause in reversed(causes)}.values())[::-1],
        kept=next(iter(ids), ""),
    )


def keeper(variant: LoadedVariant, circumstances: Circumstances) -> Callable[[Breach[Any]], str]:
    """Keeps failures of a variant's explorations; gives their ids, or nothing where nothing is kept."""
    plan = variant.scenario.explore or Explore()

    return lambda breach: keep(variant, circumstances, breach.findings, explored_data(breach, plan))
