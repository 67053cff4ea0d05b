"""Dask's workers come to what one process comes to, whoever of them is killed; a scheduler's end is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from pooled import BROKEN, told
from test_pools import killed_by_seven

from wptest.console.pools.machine_needs import Surroundings
from wptest.explore.exploration import Exploration, nobody
from wptest.explore.explorations import NotDone, explorations
from wptest.explore.shared_runs import Sharing
from wptest.play.job import Job, job_of, variant_of
from wptest.pool.pool_port import LostError
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file

if TYPE_CHECKING:
    from wptest.console.pools.dask_pool import DaskPool

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("distributed") is None, reason="Dask is not installed: make test installs it"),
    pytest.mark.filterwarnings("ignore"),  # Dask's own
]
EXPLORED = """
scenario: explored
project: {speed_limit: 100, sinks: {a: {}}}
given: {files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 6}}}
when:
  - run: wprescue work
explore:
  crash: {depth: 2, as: [kill]}
  errors: {errno: [EIO]}
  combine: {most: 30}
"""


@pytest.fixture(scope="module")
def explored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dask") / "explored.wptest.yaml"
    path.write_text(EXPLORED)
    return path


def on_dask(where: str, path: Path) -> DaskPool:
    from wptest.console.pools.dask_pool import DaskPool

    return DaskPool(where, surroundings(path), lambda _text: None)


def surroundings(path: Path) -> Surroundings:
    return Surroundings.of([job_of(each) for each in load_file(path)[0].variants])


@pytest.fixture(scope="module")
def pool(explored: Path) -> Iterator[DaskPool]:
    with on_dask("local:2", explored) as pool:
        yield pool


def test_its_workers_come_to_what_one_process_comes_to_though_one_is_killed(explored: Path, pool: DaskPool) -> None:
    killed = list[int]()

    def watch(done: Exploration) -> None:
        if done.kind == "crash" and done.run == 20 and not killed:
            killed.append(min(pool.client.run(os.getpid).values()))
            os.kill(killed[0], signal.SIGKILL)

    assert told(explored, BROKEN, pool, watch=watch) == told(explored, BROKEN, watch=nobody)
    assert killed


def test_what_kills_three_processes_of_its_workers_is_named(pool: DaskPool) -> None:
    answers = pool.stream(killed_by_seven, range(20))

    assert [next(answers) for _ in range(7)] == [0, 2, 4, 6, 8, 10, 12]
    with pytest.raises(LostError, match="as 2 before it did, while it worked on: 7"):
        next(answers)


def test_a_worker_without_the_scenario_is_told(explored: Path, pool: DaskPool) -> None:
    missing = Surroundings.of([Job(explored)])
    wanted = Surroundings(missing.session, missing.directory, {}, missing.programs, {"gone.wptest.yaml": "digest"})
    pool.client.run(_ended_sessions)
    before, pool._around = pool._around, pool.client.submit(_itself, wanted)

    with pytest.raises(click.ClickException, match=r"can't do it: it has no gone\.wptest\.yaml in "):
        list(pool.stream(killed_by_seven, range(3)))
    pool._around = before


def _itself(wanted: Surroundings) -> Surroundings:
    return wanted


def _ended_sessions() -> None:
    from wptest.console.pools.dask_worker import _hands, end_session

    for hands in list(_hands):
        end_session(hands.session)


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler and a worker as people start them, and the address."""
    file, quiet = tmp_path / "scheduler.json", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    told = [f"--scheduler-file={file}", "--host=127.0.0.1", "--no-dashboard"]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{what}", *told, *more, "--no-dashboard"], **quiet
        )
        for what, *more in (("scheduler", "--port=0"), ("worker", "--nthreads=1"))
    ]
    try:
        while not file.exists():
            time.sleep(0.05)
        yield json.loads(file.read_text())["address"].replace("tcp://", "dask://"), started[0]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(20)


def test_the_end_of_its_scheduler_ends_an_exploration_with_what_was_done(explored: Path, scheduler) -> None:
    where, process = scheduler
    variant = load_file(explored)[0].variants[0]

    def watch(done: Exploration) -> None:
        if done.run == 20:
            process.kill()

    with on_dask(where, explored) as pool:
        sharing = Sharing(pool, partial(variant_of, job_of(variant)))
        done = list(explorations(variant, RunOptions(), sharing=sharing, watch=watch))

    assert isinstance(done[-1], NotDone)
    assert done[-1].why == f"the scheduler of {where} is gone"
    assert 20 <= done[-2].run < done[-2].possible
