"""The files of a run as foreign code sees them that is asked what it has stored, by whoever judges the run."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, TypeVar, cast

from engine.foreign.foreign_files import LOOKS, ForeignFiles
from engine.foreign.located_path import LocatedPath
from engine.kernel import Process
from engine.storage.faults import DatabaseOperation, FileOperation
from engine.storage.files import Files
from engine.storage.storage import Storage

if TYPE_CHECKING:
    from engine.foreign.fake_disk import FakeDisk

_T = TypeVar("_T")

_NO_CHANCE = Random(0)  # noqa: S311 - the same for everybody who asks


class ReadOnlyFiles(ForeignFiles):
    """Nothing takes time, fails or is traced here, and nothing can be changed."""

    def __init__(self, storage: Storage, process: Process) -> None:
        super().__init__(Files(storage, process), process, cast("FakeDisk", storage.disk), _NO_CHANCE)

    def do(self, operation: FileOperation, shown: str, action: Callable[[], _T], *_: object, **__: object) -> _T:
        """See `ForeignFiles.do`: at once."""
        if operation not in LOOKS:
            self.forbid_change(shown)
        return cast("_T", True) if operation == "lock" else self.really(action)

    def database(self, place: LocatedPath, *, write: bool, create: bool) -> tuple[str, bool]:
        """See `ForeignFiles.database`: a copy, so that nothing that is done to it reaches a program."""
        del write, create
        disk = self.disk
        return self.really(
            lambda: disk.real_files.copy(disk.database(place.full, place.shown, write=False, create=False))
        ), True

    def approach(self, operation: DatabaseOperation, shown: str) -> None:
        """See `ForeignFiles.approach`: nobody is told."""

    def sleep(self, duration: int) -> None:
        """See `ForeignFiles.sleep`: no time passes."""

    def forbid_change(self, shown: str) -> None:
        """See `ForeignFiles.forbid_change`: always."""
        raise self.changes(shown)
