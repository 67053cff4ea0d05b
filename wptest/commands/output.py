"""Writes the results of a run as JSON, whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click


class JsonOutput:
    """A JSON file to be, or standard output (`-`).

    It is made before anything runs, so that a place that can't be written to is known at once.

    Raises:
        click.UsageError: the file can't be written.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._target = Path(name)
        # A device or a pipe can't be replaced by a file with its name.
        self._direct = self._target.exists() and not self._target.is_file()
        self._temporary = self._target.with_name(f".{self._target.name}.{os.getpid()}.tmp") if name != "-" else None
        try:
            if self._target.is_dir() and name != "-":
                raise IsADirectoryError(21, "is a directory")
            if self._temporary is not None and not self._direct:
                self._temporary.touch(exist_ok=False)
        except OSError as error:
            raise self._mistake(error) from None

    def write(self, data: Mapping[str, Any]) -> None:
        """Write the data; a reader sees the old file or the new one, nothing in between."""
        text = json.dumps(data, indent=1, default=str)
        if self._temporary is None:
            click.echo(text)
            return
        try:
            if self._direct:
                self._target.write_text(text + "\n", encoding="utf-8")
                return
            self._temporary.write_text(text + "\n", encoding="utf-8")
            self._temporary.replace(self._target)
        except OSError as error:
            raise self._mistake(error) from None

    def discard(self) -> None:
        """Leave nothing behind but what was written."""
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)

    def _mistake(self, error: OSError) -> click.UsageError:
        return click.UsageError(f"can't write {self._name!r}: {(error.strerror or 'unknown reason').lower()}")
