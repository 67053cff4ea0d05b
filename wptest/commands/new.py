"""`wptest new`: a first scenario from a template, or a starter set for the sinks of a project."""

from __future__ import annotations

import os
from pathlib import Path

import click

from wptest.console import exits
from wptest.console.drafting.covered_sinks import WITH_OUTAGES
from wptest.console.drafting.drafts import INLINE_TOPICS, Draft, from_template, starter_set
from wptest.console.output import write_file
from wptest.kept.choices import SUFFIXES
from wptest.report.remarks import remarks
from wptest.scenario.load import load_file
from wptest.scenario.scenario import SCENARIO_ID

_INLINE = "\n  sinks:\n    a: {type: TYPE, file: a.dat}"


@click.command("new", epilog=exits.HELP)
@click.argument("name", required=False)
@click.option(
    "--topic", type=click.Choice(list(INLINE_TOPICS)), default="outage", show_default=True, help="What it tests."
)
@click.option(
    "--project", "root", type=click.Path(), help="A WarpParse project directory: a set for all its sinks."
)
@click.option(
    "--into",
    type=click.Path(),
    default=".",
    help="The directory to write to; made if there is none.",
    show_default="here",
)
def command(name: str | None, *, topic: str, root: str | None, into: str) -> int:
    """Write a first scenario: NAME.wptest.yaml, or with --project a starter set that covers the project's sinks.

    Nothing that exists is overwritten. What is written runs as it is; change it from there.
    """
    if (name is None) == (root is None):
        message = "give either the scenario's NAME or --project, whose scenarios are named after its sinks"
        raise click.UsageError(message)
    directory = Path(into)
    if directory.exists() and not directory.is_dir():
        raise click.UsageError(f"{into!r} is no directory")
    drafts = [_draft_inline(name, topic)] if name is not None else starter_set(Path(root or ""), directory)
    return _write(directory, drafts)


def _draft_inline(name: str, topic: str) -> Draft:
    place, _, name = name.rpartition("/")
    if place:
        raise click.UsageError(f"a scenario's name has no directory in it: write with --into {place}")
    for suffix in SUFFIXES:  # a file's name is as good as the scenario's
        name = name.removesuffix(suffix)
    if not SCENARIO_ID.fullmatch(name):
        message = f"{name!r} is no scenario id: small letters, digits and . _ - only, like outage-and-recovery"
        raise click.UsageError(message)
    kind = "test_rescue" if topic in WITH_OUTAGES else "file"
    text = from_template(
        topic,
        NAME=name,
        PROJECT=_INLINE.replace("TYPE", kind),
        SINK="a",
        CALLED="a",
        FILE="data/rescue/a-2025-10-04_01:59:24.dat",
        TARGET="data/out_dat/a.dat",
        LOST="100",
        OTHERS="",
    )
    return Draft(f"{name}.wptest.yaml", text)


def _write(directory: Path, drafts: list[Draft]) -> int:
    existing = [draft.name for draft in drafts if (directory / draft.name).exists()]
    if existing:
        raise click.UsageError(f"{', '.join(existing)} exists already; nothing was written")
    write_all_or_none(directory, drafts)
    told: dict[str, None] = {}
    for draft in drafts:
        path = directory / draft.name
        loaded = load_file(
            path, os.environ
        )  # a template that doesn't fit is our mistake, and must not go unnoticed
        told |= dict.fromkeys(said for one in loaded for each in one.variants for said in remarks(each, Path.cwd()))
        click.echo(f"wrote {path}")
    for remark in told:
        click.echo(f"\n{remark}")
    click.echo(f"\nnext: wptest run {directory / drafts[0].name if len(drafts) == 1 else directory}")
    return exits.ExitCode.PASSED


def write_all_or_none(directory: Path, drafts: list[Draft]) -> None:
    """Write all of them or none: half a set would be in the way of the next attempt.

    Raises:
        click.ClickException: one of them can't be written.
    """
    written: list[Path] = []
    missing = [each for each in (directory, *directory.parents) if not each.exists()]
    try:
        _make(directory)
        for draft in drafts:
            write_file(directory / draft.name, draft.text, anew=True)
            written.append(directory / draft.name)
    except BaseException:
        for path in written:
            path.unlink()
        for each in missing:
            if each.exists():
                each.rmdir()
        raise


def _make(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise exits.unwritten(directory, error) from None
