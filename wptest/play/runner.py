"""Runs one variant and reports on it, for commands and for pytest alike."""

from __future__ import annotations

from functools import partial

from wptest.extend.modules import Patience
from wptest.kept.circumstances import Circumstances
from wptest.play.job import Job, VariantGoneError, variant_of
from wptest.play.pictured import pictured
from wptest.play.stopwatch import Stopwatch
from wptest.play.variant_report import (
    VariantReport,
    report_of_broken,
    report_of_invalid,
    report_of_result,
    report_of_skipped,
    with_remarks,
)
from wptest.run.result import Result
from wptest.run.running import run_against
from wptest.scenario.load import LoadedVariant
from wptest.subject.port import NoPlaceError
from wptest.text.scenario_source import InvalidScenario


def play(job: Job, circumstances: Circumstances, columns: int | None = None) -> VariantReport:
    """Run a variant, and explore it if that is asked for; what is wrong with it is a report as well.

    `columns` is how wide the terminal is, if it is one.
    """
    watch = Stopwatch()
    Patience.limit = circumstances.timeout
    try:
        variant = variant_of(job, circumstances.rootdir)
        if variant.skip:
            return report_of_skipped(job, variant, circumstances)
        result = run_as(circumstances, variant)
        report = report_of_result(job, result, circumstances, columns)
        report = pictured(report, result, circumstances, partial(run_as, variant=variant))
        if report.outcome == "passed" and variant.scenario.explore is not None and circumstances.explore != "off":
            # The first import of all that explores is slow, and most runs don't.
            from wptest.play.after_pass import explore_too  # noqa: PLC0415

            report = report.after_exploring(explore_too(variant, circumstances))
    except InvalidScenario as error:
        return report_of_invalid(job, error, circumstances)
    except (VariantGoneError, NoPlaceError) as error:
        return report_of_broken(job, circumstances, str(error))
    except MemoryError:
        return report_of_broken(job, circumstances, "there is not enough memory for it")
    return with_remarks(report, variant, circumstances, watch.seconds)


def run_as(circumstances: Circumstances, variant: LoadedVariant) -> Result:
    """Run a variant under these circumstances, and nothing else.

    Raises:
        NoPlaceError: there is no room for real files.
    """
    if circumstances.servers:
        # Most runs need no client of any server.
        from wptest.run.against_servers import run_with_servers  # noqa: PLC0415

        return run_with_servers(circumstances.disk, variant, circumstances.options, circumstances.servers)
    return run_against(circumstances.disk, circumstances.programs, variant, circumstances.options)
