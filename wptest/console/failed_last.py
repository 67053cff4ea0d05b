"""`--lf` and `--ff`: what was no pass when it ran last, alone or first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from wptest.kept.last_failed import LastFailed
from wptest.play.job import Job
from wptest.text.wording import so_many

only = click.option(
    "--lf",
    "--last-failed",
    "only_failed",
    is_flag=True,
    help="Only what was no pass when it ran last; everything, if nothing was.",
)
first = click.option(
    "--ff", "--failed-first", "failed_first", is_flag=True, help="First what was no pass when it ran last."
)


def failed(jobs: Sequence[Job], cwd: Path) -> list[Job]:
    """Those that were no pass last time, and those of files with mistakes; all of them if nothing is known."""
    known = [_was_no_pass(job, cwd) for job in jobs]
    if not any(known):
        click.echo("note: nothing here was no pass last time, so nothing is left out", err=True)
        return list(jobs)
    chosen = [job for job, was_no_pass in zip(jobs, known, strict=True) if job.mistakes or was_no_pass]
    click.echo(f"note: {len(chosen):,} of {so_many(len(jobs), 'variant')}: no pass last time", err=True)
    return chosen


def in_front(jobs: Sequence[Job], cwd: Path) -> list[Job]:
    """All of them, those that were no pass last time in front."""
    return sorted(jobs, key=lambda job: not _was_no_pass(job, cwd))


def _was_no_pass(job: Job, cwd: Path) -> bool:
    return LastFailed(cwd).has(job.path, job.scenario, job.variant)
