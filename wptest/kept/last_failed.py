"""Which variants were no pass when they ran last: an empty file for each, so that runs can't disturb each other."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from wptest.kept.store import make_hidden

_DIRECTORY = Path(".wptest", "last-failed")
_PASSES = ("passed", "skipped", "xfailed")


class LastFailed:
    """Remembers below a directory what was no pass; a place that can't be written to is no error.

    A file with mistakes, of which nobody knows the variants, is remembered as a whole.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._directory = root / _DIRECTORY

    def has(self, path: Path, scenario: str, variant: str) -> bool:
        """Whether the variant was no pass, or its file had mistakes."""
        return self._of(path, scenario, variant).exists() or self._of(path).exists()

    def note(self, path: Path, scenario: str, variant: str, outcome: str) -> None:
        """Remember how a variant ended, or that its file is invalid."""
        try:
            if outcome == "invalid":
                self._remember(self._of(path))
                return
            self._of(path).unlink(missing_ok=True)
            if outcome in _PASSES:
                self._of(path, scenario, variant).unlink(missing_ok=True)
            else:
                self._remember(self._of(path, scenario, variant))
        except OSError:
            return

    def _remember(self, file: Path) -> None:
        make_hidden(self._directory)
        file.touch()

    def _of(self, path: Path, scenario: str = "", variant: str = "") -> Path:
        absolute = Path(os.path.abspath(path))  # noqa: PTH100 - takes `..` away, and leaves links alone
        place = absolute.relative_to(self._root) if absolute.is_relative_to(self._root) else absolute
        name = f"{place.as_posix()}::{scenario}::{variant}"
        return self._directory / hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
