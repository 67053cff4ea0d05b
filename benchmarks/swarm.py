"""In how many runs a swarm shows planted faults: blind, by seeds alone, and guided by what runs have reached."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measure import Row, Size
from engine.behaviour.profile import behaviour_of
from wptest.explore.exploration import Exploration
from wptest.explore.swarming.swarm import explore_swarm
from wptest.run.world import RunOptions
from wptest.scenario.load import LoadedVariant, load_file
from wptest.words.explore import SwarmExplore

_NIGHT = """\
scenario: night
project:
  speed_limit: 100
  sinks: {a: {type: test_rescue, phases: [up 200ms, down 300ms]}}
given:
  source: {lines: 30, rate: 50/s}
  files: {"data/rescue/a-2025-10-04_01:50:00.dat": {lines: 20}}
when:
  - start: wprescue work
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wproj rescue unlock
  - run: wprescue work
  - run: wprescue work
"""
# The choices of behaviour that blind seeds find late in it, and one that they find soon.
_PLANTED = (
    "unmade_rescue_file=end_group",
    "unlock_tail=cut_last_line",
    "target_tail=by_text",
    "stop_in_file=resend_head",
)
_MOST = 400  # runs: what has not shown by then counts as many
_APART = 10_000  # seeds from one start to the next


def measure_swarm(size: Size) -> list[Row]:
    """Medians over so many starts, each with other seeds; no clock is asked."""
    variant, starts, most = night(), size.of(20, 1), size.of(_MOST, 20)
    rows = []
    for planted in _PLANTED[: size.of(len(_PLANTED), 1)]:
        options = RunOptions(behaviour=behaviour_of([planted]))
        blind, guided = (
            median(runs_until_broken(variant, options, guided, 1 + start * _APART, most) for start in range(starts))
            for guided in (False, True)
        )
        rows.append(Row(f"swarm, guided: {planted}", guided, "runs", "blind seeds", blind, 1, "ratio"))
    return rows


class _Broken(Exception):
    """Something has broken: no further run is needed."""


def runs_until_broken(variant: LoadedVariant, options: RunOptions, guided: bool, first: int, most: int) -> int:
    """Which run of a swarm is the first that breaks something, or `most`."""
    done = 0

    def watch(swarm: Exploration) -> None:
        nonlocal done
        done = swarm.run
        if swarm.breaches:
            raise _Broken

    with suppress(_Broken):
        explore_swarm(variant, SwarmExplore(seeds=most, guided=guided), options, watch=watch, first=first)
    return done


def night() -> LoadedVariant:
    """A night with outages and recoveries, and a rescue file from before it."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "night.wptest.yaml"
        path.write_text(_NIGHT)
        return load_file(path)[0].variants[0]
