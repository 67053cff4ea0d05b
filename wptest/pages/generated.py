"""Files that are made from the code: written on request, and proved to be up to date."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path


def write_or_check(
    description: str, file: Path, make: Callable[[], str], arguments: list[str] | None = None
) -> int:
    """The command line of such a file's module: `--write` it, or exit with 1 if `--check` finds it out of date."""
    parser = argparse.ArgumentParser(description=description)
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true", help="exit with 1 if the file is not what the code makes")
    mode.add_argument("--write", action="store_true", help="write the file")
    if parser.parse_args(arguments).write:
        file.write_text(make(), encoding="utf-8")
        return 0
    return int(not file.is_file() or file.read_text(encoding="utf-8") != make())
