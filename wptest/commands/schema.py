"""`wptest schema`: the JSON Schema of the language, with the extensions that a directory's scenarios see."""

from __future__ import annotations

from pathlib import Path

import click

from wptest.console import exits
from wptest.console.output import write_file
from wptest.console.planning import extensions_seen
from wptest.pages.schema import schema_text


@click.command("schema", epilog=exits.HELP)
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--output", metavar="FILE", help="Write it to a file.")
def command(directory: str, output: str | None) -> int:
    """Print the JSON Schema of scenarios in DIR (default: here), with the extensions that they see."""
    extensions = extensions_seen(directory)
    if extensions is None:
        return exits.ExitCode.INVALID
    text = schema_text(extensions)
    if output is None:
        click.echo(text, nl=False)
        return exits.ExitCode.PASSED
    write_file(Path(output), text)
    click.echo(f"wrote {output}")
    return exits.ExitCode.PASSED
