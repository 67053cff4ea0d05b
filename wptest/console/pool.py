"""Works on items one after the other or in several processes; the answers come in the items' order either way."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from operator import itemgetter
from typing import TypeVar

from wptest.console.workers import Crew
from wptest.play.jobs import Job, Report, Settings, broken, run_job

Done = Callable[[], None]
Item = TypeVar("Item")
Answer = TypeVar("Answer")
Ended = TypeVar("Ended")


def run_jobs(jobs: Sequence[Job], settings: Settings, workers: int, done: Done) -> Generator[Report]:
    """The reports of all jobs; see `in_order`."""

    def lost(job: Job, how: str) -> Report:
        return broken(job, settings, f"{how} while it ran {job.name}")

    return in_order(partial(run_job, settings=settings), jobs, workers, done, lost=lost)


def in_order(
    work: Callable[[Item], Answer],
    items: Sequence[Item],
    workers: int,
    done: Done,
    *,
    lost: Callable[[Item, str], Answer],
) -> Generator[Answer]:
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


def _parallel(crew: Crew[Item, Answer], workers: int, done: Done) -> Iterator[Answer]:
    try:
        for answer in _sorted(_counted(crew.run(workers), done)):
            yield answer()
    finally:
        crew.end()


def _counted(ended: Iterator[Ended], done: Done) -> Iterator[Ended]:
    for each in ended:
        done()
        yield each


def _sorted(ended: Iterator[tuple[int, Ended]]) -> Iterator[Ended]:
    """What has ended, in the order of the numbers, each as soon as those before it have ended, too."""
    early: dict[int, Ended] = {}
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
