"""The results of a command as JSON, in a file or on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import click

from wptest.console.exits import ExitCode, unwritten
from wptest.kept.whole_file import try_out, try_out_directory, write_whole


class JsonOutput:
    """A JSON file to be, or standard output (`-`), or none.

    It is tried out before anything runs, so that a place that can't be written to is known at once. Standard output
    is kept for it from then on: what else is printed, by somebody's own code for one, goes to standard error.

    Attributes:
        beside: where people read meanwhile.

    Raises:
        click.ClickException: it can't be written; see `exits.unwritten`.
    """

    def __init__(self, name: str | None) -> None:
        self._name = name
        self._problem: click.ClickException | None = None
        self._stdout = sys.stdout
        if name == "-":
            sys.stdout = sys.stderr
        elif name is not None:
            try:
                try_out(Path(name))
            except OSError as error:
                raise unwritten(name, error) from None
        self.beside: IO[str] = sys.stdout

    def write(self, data: Mapping[str, Any]) -> None:
        """Write the data, all of it or nothing."""
        if self._name is None:
            return
        text = json.dumps(data, indent=1, default=str) + "\n"
        if self._name == "-":
            sys.stdout = self._stdout
            click.echo(text, nl=False)
            return
        try:
            write_whole(Path(self._name), text)
        except OSError as error:
            self._problem = unwritten(self._name, error)

    def verdict(self, code: ExitCode) -> ExitCode:
        """The exit code: the run's own, or UNWRITTEN for a pass whose data could not be written, which is said."""
        if self._problem is None:
            return code
        self._problem.show()
        return code or ExitCode.UNWRITTEN


def write_file(path: Path, text: str, *, anew: bool = False) -> None:
    """Write a file that somebody asked for, whole or not at all.

    Raises:
        click.ClickException: it can't be written; see `exits.unwritten`.
    """
    try:
        write_whole(path, text, anew=anew)
    except OSError as error:
        raise unwritten(path, error) from None


def try_directory(name: str) -> None:
    """See whether files could be written into a directory, which need not be there yet.

    Raises:
        click.ClickException: they couldn't; see `exits.unwritten`.
    """
    try:
        try_out_directory(Path(name))
    except OSError as error:
        raise unwritten(name, error) from None
