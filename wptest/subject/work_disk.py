"""The work root of real programs as the one who plays and judges the run sees it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType

from engine.rescue.name import is_locked_name, is_released
from engine.storage.disk_port import FileStat
from engine.storage.real import RealDisk
from wptest.subject.dialect import Dialect, checkpoint_of, decoded, encoded
from wptest.subject.watching.infra_lines import AsSent


class WorkDisk(RealDisk):
    """A directory whose files have the lines as sent; `binds_modes` where permission bits bind the programs.

    A rescue file is opened either to be read or to be written as a whole; both are translated on the way. Of other
    files `aside` says by path how their lines are read. Paths in the checkpoint are those of scenarios.
    """

    def __init__(
        self,
        root: Path,
        dialect: Dialect,
        rescue_root: str,
        aside: Mapping[str, AsSent] = MappingProxyType({}),
        *,
        binds_modes: bool = False,
    ) -> None:
        super().__init__(root)
        self.binds_modes = binds_modes or self.binds_modes
        self._dialect = dialect
        self._rescue = f"{rescue_root}/"
        self._checkpoint = checkpoint_of(dialect, rescue_root)
        self._aside = aside
        self._translated: set[int] = set()

    def open(self, path: str, *, create: bool = True, exclusive: bool = False, truncate: bool = False) -> int:
        """See `Disk.open`."""
        if not create and not truncate:
            return self._opened(path)
        descriptor = super().open(path, create=create, exclusive=exclusive, truncate=truncate)
        if self._has_entries(path):
            self._translated.add(descriptor)
        return descriptor

    def content(self, path: str) -> bytes:
        """See `Disk.content`: a program may take a file away at any moment."""
        try:
            return super().content(path)
        except FileNotFoundError:
            return b""

    def append(self, descriptor: int, data: bytes) -> int:
        """See `Disk.append`."""
        if descriptor not in self._translated:
            return super().append(descriptor, data)
        written = encoded(self._dialect, data)
        return len(data) if super().append(descriptor, written) == len(written) else 0

    def close(self, descriptor: int) -> None:
        """See `Disk.close`."""
        self._translated.discard(descriptor)
        super().close(descriptor)

    def stat(self, path: str) -> FileStat:
        """See `Disk.stat`."""
        found = super().stat(path)
        if found.is_dir or not self._is_translated(path):
            return found
        return found._replace(size=len(self._as_sent(path, (self.root / path).read_bytes())))

    def _is_translated(self, path: str) -> bool:
        return path in self._aside or path == self._checkpoint or self._has_entries(path)

    def _has_entries(self, path: str) -> bool:
        is_rescue_file = path.startswith(self._rescue) and (is_released(path) or is_locked_name(path))
        return is_rescue_file and self._dialect.lines != "raw"

    def _as_sent(self, path: str, data: bytes) -> bytes:
        if path == self._checkpoint:
            return relative(data, self.root)
        if path not in self._aside:
            return decoded(self._dialect, data)
        *lines, torn = data.split(b"\n")
        return b"".join(line + b"\n" for line in self._aside[path](lines)) + torn

    def _opened(self, path: str) -> int:
        """A file that is only read: one in memory with the lines as sent, where its own are translated."""
        descriptor = super().open(path, create=False)
        if not self._is_translated(path):
            return descriptor
        try:
            data = self._as_sent(path, super().read(descriptor, 0, self.size(descriptor)))
        finally:
            super().close(descriptor)
        with TemporaryFile(buffering=0) as plain:
            plain.write(data)
            return os.dup(plain.fileno())


def relative(data: bytes, root: Path) -> bytes:
    """What a program wrote, its paths below the work root as scenarios have them: some say where that is."""
    for start in dict.fromkeys((root, root.resolve())):
        data = data.replace(b"%b/./" % bytes(start), b"").replace(b"%b/" % bytes(start), b"")
    return data
