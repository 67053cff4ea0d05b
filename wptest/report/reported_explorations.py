"""What the document has of an exploration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from wptest.document.reported_exploration import ReportedBreach, ReportedExploration, ReportedStruck
from wptest.document.reported_finding import ReportedReplay
from wptest.explore.crashes.crash_points import CrashExploration
from wptest.explore.exploration import Breach, Exploration
from wptest.explore.explorations import NotDone
from wptest.explore.troubles.combined import CombinedExploration
from wptest.report.exploration_text import Keep, exploration_text
from wptest.report.reported import reported_finding
from wptest.scenario.load import LoadedVariant

Pictures = tuple[Mapping[str, Any], ...]


class Examples(NamedTuple):
    """What becomes of breaches that are shown.

    Attributes:
        keep: keeps one, and says under which id.
        draw: draws its run.
    """

    keep: Keep
    draw: Callable[[Breach[Any]], Pictures]


def reported_exploration(
    done: Exploration, variant: LoadedVariant, cwd: Path, examples: Examples, seconds: float = 0.0
) -> ReportedExploration:
    """An exploration of a variant, as far as it has come.

    Args:
        done: the exploration.
        variant: what was explored.
        cwd: the directory that files are named from.
        examples: what becomes of breaches that are shown.
        seconds: how long it took.
    """
    ids: dict[int, str] = {}

    def kept(breach: Breach[Any]) -> str:
        if id(breach) not in ids:
            ids[id(breach)] = examples.keep(breach)
        return ids[id(breach)]

    text = "\n".join(exploration_text(done, kept))
    return ReportedExploration(
        kind=done.kind,
        not_done=done.why if isinstance(done, NotDone) else "",
        total=done.possible,
        run=done.run,
        broken=len(done.breaches),
        bounded=isinstance(done, CrashExploration | CombinedExploration) and done.bounded,
        counts=done.counts,
        breaches=tuple(
            _reported_breach(each, variant, cwd, ids[id(each)], examples.draw(each))
            if id(each) in ids
            else _reported_breach(each, variant, cwd)
            for each in done.breaches
        ),
        grid=tuple(ReportedStruck(*struck, *counts) for struck, *counts in done.grid.cells()),
        text=text,
        duration_seconds=round(seconds, 3),
    )


def _reported_breach(
    breach: Breach[Any], variant: LoadedVariant, cwd: Path, kept: str = "", lanes: Pictures = ()
) -> ReportedBreach:
    findings = tuple(reported_finding(variant, each, cwd) for each in breach.findings)
    command = f"wptest replay {kept}" if kept else ""
    return ReportedBreach(str(breach), findings, ReportedReplay(command, kept), lanes)
