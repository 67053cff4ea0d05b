"""Works on items one after the other or in several processes; the answers come in the items' order either way."""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from operator import itemgetter
from queue import SimpleQueue
from typing import NoReturn, TypeVar

import click

from wptest.commands.jobs import Job, Report, Settings, broken, run_job

Done = Callable[[], None]
Item = TypeVar("Item")
Answer = TypeVar("Answer")
Ended = TypeVar("Ended")


def run_jobs(jobs: Sequence[Job], settings: Settings, workers: int, done: Done) -> Generator[Report]:
    """The reports of all jobs; see `in_order`.

    Raises:
        click.UsageError: real disks are wanted, and there is no place for them.
    """

    def lost(job: Job) -> Report:
        return broken(job, settings, "a worker process ended unexpectedly")

    circumstances = settings.circumstances
    with _place(circumstances.disk == "real" or circumstances.programs is not None) as directory:
        yield from in_order(
            partial(run_job, settings=settings), jobs, workers, done, lost=lost, directory=directory
        )


def in_order(
    work: Callable[[Item], Answer],
    items: Sequence[Item],
    workers: int,
    done: Done,
    *,
    lost: Callable[[Item], Answer],
    directory: str | None = None,
) -> Generator[Answer]:
    """What `work` makes of each item, in the order of the items; closing the iterator ends what still runs.

    Args:
        work: can be sent to another process, as its items and answers can.
        items: what to work on.
        workers: in how many processes.
        done: is called as soon as one more item is done, maybe out of order.
        lost: the answer for an item whose process died.
        directory: where temporary files go.
    """
    if min(workers, len(items)) > 1:
        yield from _parallel(work, items, min(workers, len(items)), done, lost=lost, directory=directory)
        return
    tempfile.tempdir, before = directory, tempfile.tempdir
    try:
        for item in items:
            answer = work(item)
            done()
            yield answer
    finally:
        tempfile.tempdir = before


def _place(needed: bool) -> AbstractContextManager[str | None]:
    """A directory for real files, which goes with all that is left in it when workers were killed."""
    if not needed:
        return nullcontext()
    try:
        return tempfile.TemporaryDirectory(prefix="wptest-run-", ignore_cleanup_errors=True)
    except OSError as error:
        message = f"there is no place for a temporary directory: {(error.strerror or 'unknown reason').lower()}"
        raise click.UsageError(message) from None


def _parallel(
    work: Callable[[Item], Answer],
    items: Sequence[Item],
    workers: int,
    done: Done,
    *,
    lost: Callable[[Item], Answer],
    directory: str | None,
) -> Generator[Answer]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, _begin_worker, (directory,))
    ended: SimpleQueue[tuple[int, Callable[[], Answer]]] = SimpleQueue()

    def take(number: int, future: Future[Answer]) -> None:
        ended.put((number, _taken(items[number], future, lost)))
        done()

    try:
        with _interrupt_later():
            for number, item in enumerate(items):
                pool.submit(work, item).add_done_callback(partial(take, number))
        for answer in _sorted(ended, len(items)):
            yield answer()
    finally:
        with _interrupt_later():
            _end(pool)


def _taken(item: Item, future: Future[Answer], lost: Callable[[Item], Answer]) -> Callable[[], Answer]:
    """What gives a future's answer, or raises what it ended with.

    The pool's own thread asks. Ctrl-C comes in the main thread, and there it could leave the lock taken for ever.
    """
    try:
        answer = future.result()
    except BrokenProcessPool:
        answer = lost(item)
    except Exception as error:  # noqa: BLE001 - it is raised where the answer is wanted
        return partial(_raise, error)
    return lambda: answer


def _raise(error: Exception) -> NoReturn:
    raise error


def _sorted(ended: SimpleQueue[tuple[int, Ended]], total: int) -> Iterator[Ended]:
    """What has ended, in the order of the numbers, each as soon as those before it have ended, too."""
    early: dict[int, Ended] = {}
    try:
        for wanted in range(total):
            while wanted not in early:
                early.update([ended.get()])
            yield early.pop(wanted)
    except KeyboardInterrupt:
        # What ended behind a slower item was done all the same.
        while not ended.empty():
            early.update([ended.get()])
        yield from (each for _, each in sorted(early.items(), key=itemgetter(0)))
        raise


def _begin_worker(directory: str | None) -> None:
    # An interrupt is the parent's affair: it reaches the whole process group.
    tempfile.tempdir = directory
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _end(pool: ProcessPoolExecutor) -> None:
    """End the workers now: what they still run is of no use to anybody."""
    for process in multiprocessing.active_children():
        process.kill()
    # The pool notices at once that they are gone, and its thread must be gone, too, before the interpreter ends.
    pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _interrupt_later() -> Iterator[None]:
    """Put Ctrl-C off while processes start: one that is just starting would die of it with a traceback."""
    pressed: list[int] = []
    # The mask is for the processes, which inherit it; here, another thread may still take the signal.
    handler = signal.signal(signal.SIGINT, lambda number, _frame: pressed.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if hasattr(signal, "pthread_sigmask") else None
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
    if pressed:
        raise KeyboardInterrupt
