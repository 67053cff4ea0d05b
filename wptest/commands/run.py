"""`wptest run`: run scenarios and say what doesn't hold."""

from __future__ import annotations

from dataclasses import replace

import click

from wptest.console import exits, shared_options
from wptest.console.conclusion import Verbosity
from wptest.console.planning import selected
from wptest.console.pools.pool_choice import PoolChoice, pooling
from wptest.console.reporting.reports import Reports, report_all, reporting
from wptest.console.selecting import (
    Shard,
    failed_in_front,
    last_failed_first,
    last_failed_only,
    selecting,
    sharded,
    those_failed_last,
)
from wptest.console.session import Session
from wptest.kept.circumstances import Circumstances
from wptest.play.job import Job
from wptest.play.selection import Selection


@click.command("run", epilog=exits.HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@shared_options.seed
@pooling
@report_all
@reporting
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first variant that is no pass.")
@selecting
@last_failed_only
@last_failed_first
@sharded
@shared_options.disk
@shared_options.verbosity
@shared_options.subject
@shared_options.bin_dir
@shared_options.longest
@shared_options.server
@shared_options.timeout
@shared_options.behaviour
@shared_options.explore
@shared_options.store
@shared_options.circumstances
def command(
    paths: tuple[str, ...],
    *,
    hands: PoolChoice,
    exitfirst: bool,
    selection: Selection,
    only_failed: bool,
    failed_first: bool,
    shard: Shard | None,
    verbosity: Verbosity,
    reports: Reports,
    circumstances: Circumstances,
) -> int:
    """Run scenarios: one line for each variant, then what failed and why, and a summary.

    Of more than fit on a screen only those have a line that are no pass, and many are told by what they have in
    common: -v shows everything.

    PATH is a scenario file, a directory (searched for *.wptest.yaml), FILE::SCENARIO or FILE::SCENARIO::VARIANT.

    Programs see WPTEST_RESCUE_PHASES, LINE_CNT and STAT_SEC from the environment.
    """

    def find() -> list[Job]:
        jobs = selected(paths, selection, circumstances)
        if only_failed:
            jobs = those_failed_last(jobs, circumstances.cwd)
        elif failed_first:
            jobs = failed_in_front(jobs, circumstances.cwd)
        return jobs if shard is None else shard.of(jobs)

    session = Session(replace(circumstances, pictures=reports.pictures), reports.beside, verbosity)
    session.run(find, hands.pool, stop_early=exitfirst)
    # What machines read comes first: whoever reads the rest may go away meanwhile.
    ended = reports.command("run", session.verdict, shard=str(shard or ""))
    reports.write(session.assembly.document(ended))
    session.conclude()
    return reports.end(session.verdict)
