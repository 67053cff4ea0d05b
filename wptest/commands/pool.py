"""Runs jobs one after the other or in several processes; the reports come in the order of the jobs either way."""

from __future__ import annotations

import multiprocessing
import signal
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager, nullcontext

import click

from wptest.commands.jobs import Job, Report, Settings, broken, run_job

Done = Callable[[], None]


def run_jobs(jobs: Sequence[Job], settings: Settings, workers: int, done: Done) -> Generator[Report]:
    """The reports of all jobs; `done` is called as soon as one more job has ended, maybe out of order.

    Closing the iterator ends what still runs.

    Raises:
        click.UsageError: real disks are wanted, and there is no place for them.
    """
    with _place(settings.circumstances.disk) as directory:
        if min(workers, len(jobs)) > 1:
            yield from _parallel(jobs, settings, directory, min(workers, len(jobs)), done)
            return
        tempfile.tempdir, before = directory, tempfile.tempdir
        try:
            for job in jobs:
                report = run_job(job, settings)
                done()
                yield report
        finally:
            tempfile.tempdir = before


def _place(disk: str) -> AbstractContextManager[str | None]:
    """A directory for real disks, which goes with all that is left in it when workers were killed."""
    if disk != "real":
        return nullcontext()
    try:
        return tempfile.TemporaryDirectory(prefix="wptest-run-", ignore_cleanup_errors=True)
    except OSError as error:
        message = f"there is no place for a temporary directory: {(error.strerror or 'unknown reason').lower()}"
        raise click.UsageError(message) from None


def _parallel(
    jobs: Sequence[Job], settings: Settings, directory: str | None, workers: int, done: Done
) -> Generator[Report]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, _begin_worker, (directory,))
    try:
        with _interrupt_later():
            futures = [pool.submit(run_job, job, settings) for job in jobs]
        for future in futures:
            future.add_done_callback(lambda _future: done())
        reported = 0
        try:
            for job, future in zip(jobs, futures, strict=True):
                report = _report(job, future, settings)
                reported += 1
                yield report
        except KeyboardInterrupt:
            # What ended behind a slower job was done all the same.
            for job, future in list(zip(jobs, futures, strict=True))[reported:]:
                if future.done():
                    yield _report(job, future, settings)
            raise
    finally:
        _end(pool)


def _report(job: Job, future: Future[Report], settings: Settings) -> Report:
    try:
        return future.result()
    except BrokenProcessPool:
        return broken(job, settings, "a worker process ended unexpectedly")


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
