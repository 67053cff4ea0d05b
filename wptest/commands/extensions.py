"""`wptest extensions`: the faults, checks and sinks of somebody's own that a directory's scenarios see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from engine.text.diagnostic import file_name
from wptest.console import exits
from wptest.console.planning import extensions_seen
from wptest.shapes.declare import OwnKind
from wptest.shapes.extension import Extension, Parameter
from wptest.text.wording import flow

_LINES: Mapping[OwnKind, str] = {
    "fault": "- fault: {{{name}: {given}}}",
    "check": "then: {{{name}: {given}}}",
    "sink": "sinks: {{a: {{{name}: {given}}}}}",
}


@click.command("extensions", epilog=exits.HELP)
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(exists=True, file_okay=False))
def command(directory: str) -> int:
    """List the extensions that scenarios in DIR (default: here) see: parameters, defaults, and a line to copy."""
    extensions = extensions_seen(directory)
    if extensions is None:
        return exits.ExitCode.INVALID
    if not extensions:
        click.echo(
            f"no extensions: no conftest.py has one that scenarios in {directory} see, and no package brings one"
        )
    for extension in extensions:
        click.echo("\n".join(_told(extension)) + "\n")
    return exits.ExitCode.PASSED


def _told(extension: Extension) -> Iterator[str]:
    yield f"{extension.kind} {extension.name}  ({file_name(extension.path, Path.cwd())}:{extension.line})"
    yield from (f"  {line}".rstrip() for line in extension.doc.splitlines())
    width = max((len(each.key) for each in extension.parameters), default=0)
    yield from (f"    {each.key:<{width}}  {_kind(each)}" for each in extension.parameters)
    yield f"  {_LINES[extension.kind].format(name=extension.name, given=flow(extension.example))}"


def _kind(parameter: Parameter) -> str:
    needed = "required" if parameter.default is None else f"default {parameter.default}"
    return f"{parameter.words}, {needed}" + (f": {parameter.doc}" if parameter.doc else "")
