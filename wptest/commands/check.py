"""`wptest check`: say every mistake in scenario files, and run nothing."""

from __future__ import annotations

from pathlib import Path

import click

from engine.text.diagnostic import file_name
from wptest.console import exits
from wptest.console.path_arguments import find_targets
from wptest.console.planning import by_file
from wptest.console.selecting import selecting
from wptest.play.job import variant_of
from wptest.play.selection import Selection
from wptest.report.remarks import own_and_shared, remarks
from wptest.text.scenario_source import InvalidScenario
from wptest.text.wording import so_many


@click.command("check", epilog=exits.HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@selecting
def command(paths: tuple[str, ...], *, selection: Selection) -> int:
    """Check scenario files without running them, and show every mistake and warning with its place.

    PATH is a scenario file or a directory (searched for *.wptest.yaml). A file is checked as a whole if something
    in it is selected.
    """
    files = by_file(find_targets(paths), selection)
    scenarios = variants = invalid = 0
    mistakes: set[tuple[str, int, int, str]] = set()
    warnings: set[tuple[str, int, int, str]] = set()
    told: dict[str, None] = {}  # many variants may have the same, and many scenarios their project and extensions
    for path, jobs in files.items():
        try:
            loaded = [variant_of(job) for job in jobs]
        except InvalidScenario as error:
            invalid += 1
            name = file_name(path)
            mistakes |= {each.sort_key for each in error.diagnostics if each.severity == "error"}
            own, shared = own_and_shared(error, path, Path.cwd())
            click.echo(f"{own if own.startswith(name) else f'{name}: {own}'}\n")
            told |= dict.fromkeys(shared)
            continue
        scenarios += len({job.scenario for job in jobs})
        variants += len(jobs)
        told |= dict.fromkeys(said for each in loaded for said in remarks(each, Path.cwd()))
        warnings |= {said.sort_key for each in loaded for said in each.warnings if said.severity == "warning"}
    for remark in told:
        click.echo(f"{remark}\n")
    if invalid:
        click.echo(
            f"{so_many(len(files), 'file')}: {so_many(len(mistakes), 'mistake')} in {so_many(invalid, 'file')}"
        )
        return exits.ExitCode.INVALID
    counts = [so_many(len(files), "file"), so_many(scenarios, "scenario"), so_many(variants, "variant")]
    click.echo(f"{', '.join(counts)}: all valid" + (f", {so_many(len(warnings), 'warning')}" if warnings else ""))
    return exits.ExitCode.PASSED
