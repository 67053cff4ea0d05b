"""What several processes explore is what one explores, also when some of them are killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pooled import BROKEN, EXPLORED, told

from wptest.console.pools.process_pool import ProcessPool
from wptest.explore.exploration import Exploration, nobody
from wptest.explore.explorations import NotDone, explorations
from wptest.explore.rewriting.shrink import shrink
from wptest.explore.shared_runs import Sharing
from wptest.play.job import job_of, variant_of
from wptest.pool.pool_port import Desk, LostError
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file

pytestmark = pytest.mark.slow  # each starts processes


@pytest.fixture
def explored(tmp_path: Path) -> Path:
    path = tmp_path / "explored.wptest.yaml"
    path.write_text(EXPLORED)
    return path


@pytest.fixture
def pool() -> Iterator[ProcessPool]:
    with ProcessPool(2) as pool:
        yield pool


def test_two_processes_come_to_what_one_comes_to(explored: Path, pool: ProcessPool) -> None:
    alone = told(explored, BROKEN)

    assert told(explored, BROKEN, pool) == alone
    assert any("broke something" in line for line in alone)


def test_a_bound_of_runs_is_the_same_in_several_processes(explored: Path, pool: ProcessPool) -> None:
    assert told(explored, BROKEN, pool, most=25) == told(explored, BROKEN, most=25)


def test_a_worker_that_is_killed_changes_nothing(explored: Path, pool: ProcessPool) -> None:
    killed = set[int]()

    def watch(done: Exploration) -> None:
        if done.kind not in ("crash", "errors") or done.run < 20 or len(killed) == 2:
            return
        for busy in [each.worker for each in pool._workers if each.given is not None][:1]:
            killed.add(busy.pid)
            os.kill(busy.pid, signal.SIGKILL)

    assert told(explored, BROKEN, pool, watch=watch) == told(explored, BROKEN, watch=nobody)
    assert len(killed) == 2


def killed_by_seven(_desk: Desk, numbers: Sequence[int]) -> Iterator[int]:
    for number in numbers:
        if number == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        yield number * 2


def test_what_kills_three_workers_is_named(pool: ProcessPool) -> None:
    answers = pool.stream(killed_by_seven, range(40))

    assert [next(answers) for _ in range(7)] == [0, 2, 4, 6, 8, 10, 12]
    with pytest.raises(LostError) as lost:
        next(answers)
    how = (
        "a worker process ended unexpectedly (signal 9: out of memory?), as 2 before it did, while it worked on: 7"
    )
    assert str(lost.value) == how


def test_a_run_that_kills_whoever_does_it_ends_the_exploration_with_what_was_done(
    explored: Path, pool: ProcessPool
) -> None:
    explored.write_text(EXPLORED.partition("explore:")[0] + "explore: {errors: {errno: [EIO]}}")
    variant = load_file(explored)[0].variants[0]
    pool.attempts, pool.ahead = 1, 2
    deadly = explored.with_name("deadly")
    find = partial(_unless_deadly, deadly, partial(variant_of, job_of(variant)))

    done = list(
        explorations(variant, RunOptions(), sharing=Sharing(pool, find), watch=lambda _done: deadly.touch())
    )

    assert isinstance(done[-1], NotDone)
    assert "a worker process ended unexpectedly (signal 9: out of memory?) while it worked on: " in done[-1].why
    assert done[-2].kind == "errors"
    assert 0 < done[-2].run < done[-2].possible


def _unless_deadly(deadly: Path, find: Callable[[], Any]) -> Any:
    """Finds the variant, or from some moment on kills the process."""
    if deadly.exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return find()


def test_shrinking_in_two_processes_comes_to_the_same(explored: Path, pool: ProcessPool) -> None:
    variant = load_file(explored)[0].variants[1]

    alone = shrink(variant, BROKEN, most=60)
    shared = shrink(variant, BROKEN, most=60, sharing=Sharing(pool, partial(variant_of, job_of(variant))))

    assert shared == alone
