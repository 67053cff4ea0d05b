"""`wptest run`: run scenarios and say what doesn't hold."""

from __future__ import annotations

import click

from wptest.console import exits, shared_options
from wptest.console.conclusion import Verbosity
from wptest.console.installation import version
from wptest.console.output import JsonOutput
from wptest.console.path_arguments import find_targets
from wptest.console.planning import plan
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
from wptest.console.shared_options import Whole
from wptest.kept.circumstances import Circumstances
from wptest.play.job import Job
from wptest.play.selection import Selection


@click.command("run", epilog=exits.HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@shared_options.seed
@click.option("-n", "--workers", type=Whole(min=1), default=1, show_default=True, help="Run in so many processes.")
@click.option("--json", "json_file", metavar="FILE", help="Write the results as JSON; - for standard output.")
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
    workers: int,
    json_file: str | None,
    exitfirst: bool,
    selection: Selection,
    only_failed: bool,
    failed_first: bool,
    shard: Shard | None,
    verbosity: Verbosity,
    circumstances: Circumstances,
) -> int:
    """Run scenarios: one line for each variant, then what failed and why, and a summary.

    Of more than fit on a screen only those have a line that are no pass, and many are told by what they have in
    common: -v shows everything.

    PATH is a scenario file, a directory (searched for *.wptest.yaml), FILE::SCENARIO or FILE::SCENARIO::VARIANT.

    Programs see WPTEST_RESCUE_PHASES, LINE_CNT and STAT_SEC from the environment.
    """

    def find() -> list[Job]:
        jobs = plan(find_targets(paths), selection)
        if only_failed:
            jobs = those_failed_last(jobs, circumstances.cwd)
        elif failed_first:
            jobs = failed_in_front(jobs, circumstances.cwd)
        return jobs if shard is None else shard.of(jobs)

    output = JsonOutput(json_file)
    session = Session(circumstances, output.beside, verbosity)
    session.run(find, workers, stop_early=exitfirst)
    # What machines read comes first: whoever reads the rest may go away meanwhile.
    output.write(_as_json(session))
    session.conclude()
    return output.verdict(session.verdict)


def _as_json(session: Session) -> dict[str, object]:
    reports = session.reports
    warnings = {str(each): each for report in reports for each in report.warnings}
    return {
        "wptest": version(),
        "warnings": list(warnings.values()),
        "results": [report.data for report in reports if report.outcome != "invalid"],
        "invalid": [report.data for report in reports if report.outcome == "invalid"],
        "summary": session.summary.as_json(),
    }
