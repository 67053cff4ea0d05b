"""SQLite: a file and no server; a kill of it is a kill of whoever writes."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A database of SQLite, made by whoever connects first."""

    path: Path

    @property
    def version(self) -> str:
        """That of the library."""
        return sqlite3.sqlite_version

    @property
    def url(self) -> str:
        """It as SQLAlchemy takes it."""
        return f"sqlite:///{self.path}"
