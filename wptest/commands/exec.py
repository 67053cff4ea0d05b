"""`wptest exec`: run a command that finds the four programs on its PATH."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

import engine
from wptest.kept.installed import version

LAUNCHERS = Path(engine.__file__).parent / "programs" / "bin"
NOT_FOUND = 127
NOT_EXECUTABLE = 126

_EPILOG = """\b
Exit codes: the command's own, and
  4    wrong usage: no command
  126  the command can't be executed
  127  there is no such command
"""


@click.command("exec", epilog=_EPILOG, context_settings={"allow_interspersed_args": False})
@click.argument("words", metavar="-- COMMAND [ARGUMENT]...", nargs=-1, required=True, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> int:
    """Run COMMAND with wparse, wprescue, wpgen and wproj on its PATH.

    They are real processes that work in the project of the directory they are started in, on its files and in real
    time. Nowhere else are they on PATH, so nothing that is installed is hidden.
    """
    variables = environment_with_programs(os.environ.get("PATH", os.defpath))
    sys.stdout.flush()
    try:
        # Taking wptest's place, the command gets its signals and gives its exit code, without anybody in between.
        os.execvpe(words[0], words, os.environ | variables)  # noqa: S606 - to run a command is what this is for
    except FileNotFoundError:
        click.echo(f"wptest exec: there is no command '{words[0]}'", err=True)
        return NOT_FOUND
    except OSError as error:
        click.echo(f"wptest exec: '{words[0]}' can't be executed: {error.strerror}", err=True)
        return NOT_EXECUTABLE


def environment_with_programs(path: str) -> dict[str, str]:
    """The variables with which a process finds the programs, and they find what they need."""
    return {
        "PATH": f"{LAUNCHERS}{os.pathsep}{path}",
        "WPTEST_PYTHON": sys.executable,
        "WPTEST_VERSION": version(),
    }
