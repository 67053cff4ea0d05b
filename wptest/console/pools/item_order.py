"""Works on items in a pool; the answers come in the items' order, whoever works on them."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from wptest.kept.circumstances import Circumstances
from wptest.play.job import Job
from wptest.play.runner import play
from wptest.play.variant_report import VariantReport, report_of_broken
from wptest.pool.pool_port import Desk, LostError, Pending, Pool

_Done = Callable[[], None]
_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


def run_jobs(
    jobs: Sequence[Job], circumstances: Circumstances, pool: Pool, done: _Done, columns: int | None = None
) -> Generator[VariantReport]:
    """The reports of all jobs, for so wide a terminal, if it is one; see `in_order_of_items`."""
    work = partial(play_safely, circumstances=circumstances, columns=columns)
    return in_order_of_items(work, jobs, pool, done, lost=partial(lost_job, circumstances=circumstances))


def lost_job(job: Job, how: str, *, circumstances: Circumstances) -> VariantReport:
    """What to report of a job whose process died."""
    return report_of_broken(job, circumstances, f"{how} while it ran {job.name}")


def play_safely(job: Job, circumstances: Circumstances, columns: int | None) -> VariantReport:
    """Run a variant, and report on it, also where one of our own bugs is in the way."""
    try:
        return play(job, circumstances, columns)
    except Exception as error:  # noqa: BLE001 - one variant that trips over a bug must not end the others
        what = f"internal error: {type(error).__name__}: {error}"
        return report_of_broken(job, circumstances, what, traceback.format_exc())


@dataclass(frozen=True, slots=True)
class _Work(Generic[_Item, _Answer]):
    """Work on an item, as a task."""

    work: Callable[[_Item], _Answer]
    item: _Item

    def __call__(self, _desk: Desk) -> _Answer:
        return self.work(self.item)


def in_order_of_items(
    work: Callable[[_Item], _Answer],
    items: Sequence[_Item],
    pool: Pool,
    done: _Done,
    *,
    lost: Callable[[_Item, str], _Answer],
) -> Generator[_Answer]:
    """What `work` makes of each item, in the order of the items; closing the iterator ends the pool.

    Args:
        work: can be sent to another process, as its items and answers can.
        items: what to work on.
        pool: who does it.
        done: is called as soon as one more item is done, maybe out of order.
        lost: the answer for an item whose process died, from how that was.
    """
    pool.ended = done
    with pool:
        given = [pool.give(_Work(work, item)) for item in items]
        answered = 0
        try:
            for answered, (item, pending) in enumerate(zip(items, given, strict=True), 1):  # noqa: B007
                yield _answer(pending, item, lost)
        except KeyboardInterrupt:
            # What ended behind a slower item was done all the same.
            rest = zip(items[answered:], given[answered:], strict=True)
            yield from (_answer(pending, item, lost) for item, pending in rest if pending.is_done)
            raise


def _answer(pending: Pending[_Answer], item: _Item, lost: Callable[[_Item, str], _Answer]) -> _Answer:
    try:
        return pending.answer()
    except LostError as error:
        return lost(item, str(error))
