"""Files that somebody asked a command for: written whole, or told why not."""

from __future__ import annotations

from pathlib import Path

from wptest.console.exits import unwritten
from wptest.kept.whole_file import try_out_directory, write_whole


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
