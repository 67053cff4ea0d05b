"""Writes files whole or not at all: whoever reads one sees the old text or the new one, and nothing in between."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EEXIST, EISDIR
from pathlib import Path


def write_whole(path: Path, text: str, *, anew: bool = False) -> None:
    """Write a file; when that can't be done, nothing is left that wasn't there before.

    A link stays one. A device or a pipe, which can't be replaced, is written to as it is.

    Args:
        path: where to.
        text: what, in UTF-8.
        anew: there must be no such file yet.

    Raises:
        OSError: it can't be written, or is there already though it should be new.
    """
    target = Path(os.path.realpath(path))
    if anew and os.path.lexists(path):
        raise FileExistsError(EEXIST, os.strerror(EEXIST), str(path))
    if target.exists() and not target.is_file():
        target.write_text(text, encoding="utf-8")
        return
    with _temporary(target) as temporary:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(target)


def try_out(path: Path) -> None:
    """See whether a file could be written there, as far as that can be known without writing it.

    Raises:
        OSError: it couldn't.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
    if target.exists() and not target.is_file():
        return
    with _temporary(target) as temporary:
        temporary.touch(exist_ok=False)


def try_out_directory(path: Path) -> None:
    """See whether files could be made in a directory, or where it isn't there, the directory; nothing is left.

    Raises:
        OSError: they couldn't.
    """
    target = Path(os.path.realpath(path))
    there = next(each for each in (target, *target.parents) if each.exists())
    with _temporary(there / "new") as temporary:
        temporary.touch(exist_ok=False)


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """The name of a file beside the target, which is gone afterwards."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
