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
from typing import TypeVar

import click

from wptest.commands.jobs import Job, Report, Settings, broken, run_job

Done = Callable[[], None]
Item = TypeVar("Item")
Answer = TypeVar("Answer")


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
    try:
        with _interrupt_later():
            futures = [pool.submit(work, item) for item in items]
        for future in futures:
            future.add_done_callback(lambda _future: done())
        answered = 0
        try:
            for item, future in zip(items, futures, strict=True):
                answer = _answer(item, future, lost)
                answered += 1
                yield answer
        except KeyboardInterrupt:
            # What ended behind a slower item was done all the same.
            for item, future in list(zip(items, futures, strict=True))[answered:]:
                if future.done():
                    yield _answer(item, future, lost)
            raise
    finally:
        _end(pool)


def _answer(item: Item, future: Future[Answer], lost: Callable[[Item], Answer]) -> Answer:
    try:
        return future.result()
    except BrokenProcessPool:
        return lost(item)


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
