"""`wptest schema`: the JSON Schema of the language, with the extensions of a directory, or that of reports."""

from __future__ import annotations

from pathlib import Path

import click

from wptest.console import exits
from wptest.console.output import write_file
from wptest.console.planning import extensions_seen
from wptest.pages.report_schema import report_schema_text
from wptest.pages.schema import schema_text


@click.command("schema", epilog=exits.HELP)
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--report", "of_reports", is_flag=True, help="That of reports, as `--json` writes them.")
@click.option("--output", metavar="FILE", help="Write it to a file.")
def command(directory: str, *, of_reports: bool, output: str | None) -> int:
    """Print the JSON Schema of scenarios in DIR (default: here), with the extensions that they see."""
    if of_reports:
        text = report_schema_text()
    elif (extensions := extensions_seen(directory)) is not None:
        text = schema_text(extensions)
    else:
        return exits.ExitCode.INVALID
    if output is None:
        click.echo(text, nl=False)
        return exits.ExitCode.PASSED
    write_file(Path(output), text)
    click.echo(f"wrote {output}")
    return exits.ExitCode.PASSED
