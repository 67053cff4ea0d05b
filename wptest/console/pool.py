"""Works on items one after the other or in several processes; the answers come in the items' order either way."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import TypeVar

from wptest.console.workers import Crew
from wptest.kept.circumstances import Circumstances
from wptest.play.job import Job
from wptest.play.runner import play
from wptest.play.variant_report import VariantReport, report_of_broken

_Done = Callable[[], None]
_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")
_Ended = TypeVar("_Ended")


def run_jobs(
    jobs: Sequence[Job], circumstances: Circumstances, workers: int, done: _Done, columns: int | None = None
) -> Generator[VariantReport]:
    """The reports of all jobs, for so wide a terminal, if it is one; see `in_order`."""

    def lost(job: Job, how: str) -> VariantReport:
        return report_of_broken(job, circumstances, f"{how} while it ran {job.name}")

    return in_order_of_items(
        partial(_run, circumstances=circumstances, columns=columns), jobs, workers, done, lost=lost
    )


def _run(job: Job, circumstances: Circumstances, columns: int | None) -> VariantReport:
    try:
        return play(job, circumstances, columns)
    except Exception as error:  # noqa: BLE001 - one variant that trips over a bug must not end the others
        what = f"internal error: {type(error).__name__}: {error}"
        return report_of_broken(job, circumstances, what, traceback.format_exc())


def in_order_of_items(
    work: Callable[[_Item], _Answer],
    items: Sequence[_Item],
    workers: int,
    done: _Done,
    *,
    lost: Callable[[_Item, str], _Answer],
) -> Generator[_Answer]:
    """What `work` makes of each item, in the order of the items; closing the iterator ends what still runs.

    Args:
        work: can be sent to another process, as its items and answers can.
        items: what to work on.
        workers: in how many processes.
        done: is called as soon as one more item is done, maybe out of order.
        lost: the answer for an item whose process died, from how that was.
    """
    workers = min(workers, len(items))
    if workers > 1:
        yield from _parallel(Crew(work, items, lost), workers, done)
        return
    for item in items:
        answer = work(item)
        done()
        yield answer


def _parallel(crew: Crew[_Item, _Answer], workers: int, done: _Done) -> Iterator[_Answer]:
    try:
        for answer in _sorted(_counted(crew.run(workers), done)):
            yield answer()
    finally:
        crew.end()


def _counted(ended: Iterator[_Ended], done: _Done) -> Iterator[_Ended]:
    for each in ended:
        done()
        yield each


def _sorted(ended: Iterator[tuple[int, _Ended]]) -> Iterator[_Ended]:
    """What has ended, in the order of the numbers, each as soon as those before it have ended, too."""
    early: dict[int, _Ended] = {}
    wanted = 0
    try:
        for number, each in ended:
            early[number] = each
            while wanted in early:
                yield early.pop(wanted)
                wanted += 1
    except KeyboardInterrupt:
        # What ended behind a slower item was done all the same.
        yield from (each for _, each in sorted(early.items(), key=itemgetter(0)))
        raise
