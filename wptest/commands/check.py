"""`wptest check`: say every mistake in scenario files, and run nothing."""

from __future__ import annotations

import os
from pathlib import Path

import click

from wptest.commands import exits
from wptest.commands.targets import find_files
from wptest.language.diagnostic import InvalidScenario
from wptest.language.load import load_file
from wptest.report.remarks import remarks


@click.command("check", epilog=exits.HELP)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
def command(paths: tuple[str, ...]) -> int:
    """Check scenario files without running them, and show every mistake with its place.

    PATH is a scenario file or a directory (searched for *.wptest.yaml).
    """
    files = find_files(paths)
    scenarios = variants = mistakes = invalid = 0
    told: dict[str, None] = {}  # of projects, whose scenarios may be many
    for path in files:
        try:
            loaded = load_file(path, os.environ)
        except InvalidScenario as error:
            invalid += 1
            mistakes += error.mistakes
            # A mistake in a project's file doesn't name the scenario that uses the project.
            click.echo(f"{path}: {error.render(Path.cwd())}\n")
            continue
        scenarios += len(loaded)
        variants += sum(len(each.variants) for each in loaded)
        told |= dict.fromkeys(said for one in loaded for each in one.variants for said in remarks(each, Path.cwd()))
    for remark in told:
        click.echo(f"{remark}\n")
    if invalid:
        click.echo(f"{_count(len(files), 'file')}: {_count(mistakes, 'mistake')} in {_count(invalid, 'file')}")
        return exits.ExitCode.INVALID
    click.echo(
        f"{_count(len(files), 'file')}, {_count(scenarios, 'scenario')}, {_count(variants, 'variant')}: all valid"
    )
    return exits.ExitCode.PASSED


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
