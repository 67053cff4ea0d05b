"""Writes files whole or not at all: whoever reads one sees the old text or the new one, and nothing in between."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EEXIST, EISDIR
from pathlib import Path

_SCENARIO = (".wptest.yaml", ".wptest.yml")


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
    if _takes_all(path):
        path.write_text(text, encoding="utf-8")
        return
    with _temporary(target) as temporary:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(target)


def clash_of(files: Mapping[str, Path], inputs: Iterable[Path] = ()) -> str | None:
    """What is wrong with writing these files, by the names of their options; None if nothing is.

    Two go to one place, or one goes over a scenario or over what is read. Devices and pipes take all that comes.
    """
    read = {os.path.realpath(each) for each in inputs if each.is_file()}
    placed: dict[str, str] = {}
    for option, path in files.items():
        place = os.path.realpath(path)
        if _takes_all(path):
            continue
        if place in placed:
            return f"--{placed[place]} and --{option} both go to '{path}': give each a file of its own"
        if place in read or place.endswith(_SCENARIO):
            return f"--{option} would go over '{path}', which is no report"
        placed[place] = option
    return None


def try_out(path: Path) -> None:
    """See whether a file could be written there, as far as that can be known without writing it.

    Raises:
        OSError: it couldn't.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
    if _takes_all(path):
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


def _takes_all(path: Path) -> bool:
    """Whether it is a device or a pipe: by the path itself, since `/dev/stdout` may lead to what has no name."""
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """The name of a file beside the target, which is gone afterwards."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
