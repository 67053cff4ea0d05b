"""The pictures of a run that crashes cut into stretches, one of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from wptest.explore.stretch import Rerun
from wptest.report.picture.drawing import drawn
from wptest.report.picture.lanes import BreachMark, Picture, RunMoment
from wptest.report.result_text import by_weight


def pictures_of(again: Rerun) -> Iterator[Picture]:
    """Each stretch, marked where a crash cuts it off; what was found to be broken is at the end of the last one.

    Where a line was is not told: a stretch knows only what happened in it.
    """
    for stretch in again.stretches[:-1]:
        assert stretch.crash is not None, "it goes on after a crash"
        at = RunMoment(stretch.crash.time, len(stretch.events))
        yield replace(drawn(stretch), breaches=(BreachMark(at, 0, str(stretch.crash)),))
    last = drawn(again.stretches[-1])
    found = enumerate(by_weight(again.findings))
    yield replace(
        last,
        breaches=tuple(BreachMark(last.ends, number, f"{each.name}: {each.message}") for number, each in found),
    )
