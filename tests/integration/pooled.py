"""A scenario to be explored by several at once, and all that comes of it as texts."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from engine.behaviour.profile import behaviour_of
from wptest.explore.explorations import Siblings, explorations
from wptest.explore.shared_runs import Sharing
from wptest.play.job import job_of, variant_of
from wptest.pool.pool_port import Pool
from wptest.report.exploration_text import exploration_text
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file

# Two variants whose recoveries are much alike.
EXPLORED = """
scenario: explored
matrix: {stop: [TERM, KILL]}
project: {speed_limit: 100, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 6}}}
when:
  - start: wprescue work
  - upon: {sink: a, lines: 3}
    signal: {wprescue: "${{ matrix.stop }}"}
explore:
  crash: {depth: 2, as: [kill]}
  errors: {errno: [EIO], occur: [once]}
  combine: {most: 40, of: [kill, error, stop]}
  schedule: {seeds: 10}
  swarm: {seeds: 40, guided: true}
"""
BROKEN = RunOptions(behaviour=behaviour_of(["resume=from_start"]))


def told(path: Path, options: RunOptions, pool: Pool | None = None, **bounds: Any) -> list[str]:
    """All that the explorations of a file come to, one variant after the other."""
    siblings = None if bounds else Siblings()
    lines: list[str] = []
    for variant in load_file(path)[0].variants[: 1 if bounds else None]:
        find = partial(variant_of, job_of(variant))
        sharing = Sharing() if pool is None else Sharing(pool, find)
        for done in explorations(variant, options, siblings=siblings, sharing=sharing, **bounds):
            lines += [*exploration_text(done), f"{done.complete} {done.counts} {[*done.grid.cells()]}"]
            lines += [f"{each}: {each.findings}" for each in done.breaches]
    return lines
