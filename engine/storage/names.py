"""The names on the simulated disk: as they are seen now, as they are durable, and what changed in between."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from typing import NamedTuple

from engine.kernel import soundness
from engine.storage.disk_port import Listing, parent
from engine.storage.errors import NEVER_TOO_LONG, failure, is_too_long

DIR_MODE = 0o755
_OWNER_WRITE = 0o200
_OWNER_READ = 0o400

GONE = 0
_DIRECTORY = -1


class NameChange(NamedTuple):
    """What one operation made of the names in one directory: for each the inode that it has now.

    A rename between directories is two changes of the same `operation`; one of them is `halved` when the other one
    is durable already.
    """

    operation: int
    directory: str
    entries: tuple[tuple[str, int], ...]
    halved: bool = False


class NamesLeft(NamedTuple):
    """Names that a power loss leaves."""

    files: dict[str, int]
    dirs: dict[str, int]


class NameTable:
    """Files by path, with their inodes, and directories by path, with their modes.

    `pending` is what was changed and not synced, in order. A file system that journals names in order has made
    durable what was done up to the operation `committed`.

    Args:
        left: names that are there from the start, all of them durable.
    """

    __slots__ = (
        "_below", "changed", "committed", "dirs", "durable", "durable_dirs", "files", "operations", "pending",
    )  # fmt: skip

    def __init__(self, left: NamesLeft | None = None) -> None:
        self.files, self.dirs = NamesLeft({}, {"": DIR_MODE}) if left is None else left
        self.durable, self.durable_dirs = self.files.copy(), dict.fromkeys(self.dirs)
        self.pending: list[NameChange] = []
        self.committed = 0
        self.operations = 0
        self.changed: dict[str, int] = {}  # the latest operation on each directory
        # What was last listed; copies share it, so it is not cleared when a name changes, but left to them.
        self._below: dict[str, list[str]] = {}

    def copy(self) -> NameTable:
        """A copy."""
        other = NameTable(NamesLeft(self.files.copy(), self.dirs.copy()))
        other._below = self._below
        other.durable, other.durable_dirs = self.durable.copy(), self.durable_dirs.copy()
        other.pending, other.committed = self.pending.copy(), self.committed
        other.operations, other.changed = self.operations, self.changed.copy()
        return other

    def missing(self, path: str) -> OSError:
        """The error for a name that isn't there: others where none can be, or a file is a directory's place."""
        if is_too_long(path):
            return failure(errno.ENAMETOOLONG, path)
        above = path
        while above:
            if above in self.files:
                return failure(errno.ENOTDIR, path)
            above = parent(above)
        return failure(errno.ENOENT, path)

    def need_writable_dir(self, path: str) -> None:
        """Refuse to change a name where its directory is missing or must not be changed."""
        mode = self.dirs.get(path.rpartition("/")[0])
        if mode is None or (len(path) > NEVER_TOO_LONG and path not in self.files and is_too_long(path)):
            raise self.missing(path)
        if not mode & _OWNER_WRITE:
            raise failure(errno.EACCES, path)

    def create(self, path: str, number: int) -> None:
        """Give a new file its name."""
        assert path not in self.files, "the file that has the name would be lost without a trace"
        self.files[path] = number
        self._changed((path, number))

    def rename(self, source: str, target: str) -> None:
        """Move a name, over another if need be."""
        assert source != target, "it would be taken for a file whose name has gone"
        number = self.files[target] = self.files.pop(source)
        # One change, not two: within a directory no power loss leaves both names, or none.
        self._changed((target, number), (source, GONE))

    def rename_directory(self, source: str, target: str) -> None:
        """Give a directory another name, and all that is below it: durable at once, unlike a file's.

        Raises:
            OSError: as Linux does.
        """
        if target == source:
            return
        if target in self.files:
            raise failure(errno.ENOTDIR, target)
        if target.startswith(f"{source}/"):
            raise failure(errno.EINVAL, target)
        if any(path.startswith(f"{target}/") for path in (*self.files, *self.dirs)):
            raise failure(errno.ENOTEMPTY, target)

        def moved(path: str) -> str:
            return target + path[len(source) :] if path == source or path.startswith(f"{source}/") else path

        for names in (self.files, self.dirs, self.durable, self.durable_dirs, self.changed):
            entries = {moved(path): value for path, value in names.items() if path != target}
            names.clear()
            names.update(entries)  # type: ignore[arg-type]
        self._below = {}
        self.pending = [
            NameChange(
                operation, moved(directory), tuple((moved(path), number) for path, number in entries), halved
            )
            for operation, directory, entries, halved in self.pending
        ]

    def remove(self, path: str) -> None:
        """Take a file's name away."""
        del self.files[path]
        self._changed((path, GONE))

    def mkdir(self, path: str) -> None:
        """Make a directory."""
        assert parent(path) in self.dirs, "nothing would lead to it"
        self.dirs[path] = DIR_MODE
        self._changed((path, _DIRECTORY))
        self.changed[path] = self.operations

    def rmdir(self, path: str) -> None:
        """Take an empty directory away: durable at once, unlike a file's name, with the names that were in it.

        Raises:
            OSError: it isn't empty.
        """
        if any(each.startswith(f"{path}/") for each in (*self.files, *self.dirs)):
            raise failure(errno.ENOTEMPTY, path)
        for names in (self.dirs, self.durable_dirs, self.changed):
            names.pop(path, None)
        for name in [each for each in self.durable if parent(each) == path]:
            del self.durable[name]
        gone = (path, _DIRECTORY)
        self.pending = [each for each in self.pending if each.directory != path and gone not in each.entries]
        self._below = {}

    def sync(self, directory: str) -> None:
        """Make the names in a directory durable, and the directory with those above it."""
        self.commit(self.changed.get(directory, 0))
        if self.pending:
            made = () if directory in self.durable_dirs else _way(directory)
            rest, done = list[NameChange](), set[int]()
            for change in self.pending:
                if change.directory == directory:
                    _apply(change.entries, self.durable, self.durable_dirs)
                    done.add(change.operation)
                elif change.entries[0] not in made:
                    rest.append(change)
            self.pending = [each._replace(halved=True) if each.operation in done else each for each in rest]
            _apply(made, self.durable, self.durable_dirs)
        if soundness.checked:
            assert all(change.directory != directory for change in self.pending), "all of it is durable now"
            self._assert_sound()

    def commit(self, operation: int) -> None:
        """Something was synced that this operation changed, and with it a journal that is written in order."""
        self.committed = max(self.committed, operation)
        assert self.committed <= self.operations, "what is still to come would count as durable"

    def after(self, changes: Iterable[NameChange]) -> NamesLeft:
        """The names that are left when of the pending changes these became durable."""
        files, found = self.durable.copy(), self.durable_dirs.copy()
        for change in changes:
            _apply(change.entries, files, found)
        # A name without the directory above it leads nowhere: the disk has it, and nobody can reach it.
        dirs = self.dirs.copy()
        if not dirs.keys() <= found.keys():
            dirs = {path: mode for path, mode in dirs.items() if _reachable(path, found)}
        assert "" in dirs, "the work root was there before anything was done"
        return NamesLeft({path: number for path, number in files.items() if parent(path) in dirs}, dirs)

    def listing(self, path: str) -> Listing:
        """See `Disk.listing`."""
        if path not in self.dirs:
            raise self.missing(path)
        prefix = f"{path}/" if path else ""
        below = sorted([each for each in self.dirs if each.startswith(prefix) and each != path])
        refused = {
            each: failure(errno.EACCES, each) for each in (path, *below) if not self.dirs[each] & _OWNER_READ
        }
        if path in refused:
            raise refused[path]
        return Listing(self.below(path), below, {}).without(refused)

    def below(self, path: str) -> list[str]:
        """The files below a directory, sorted."""
        found = self._below.get(path)
        if found is None:
            prefix = f"{path}/" if path else ""
            found = self._below[path] = sorted([name for name in self.files if name.startswith(prefix)])
        return found.copy()

    def numbers(self) -> set[int]:
        """Every inode that has a name, had one that is durable, or may have one after a power loss."""
        changed = {number for change in self.pending for _, number in change.entries}
        return {*self.files.values(), *self.durable.values(), *changed}

    def _changed(self, *entries: tuple[str, int]) -> None:
        self.operations += 1
        self._below = {}
        directory = parent(entries[0][0])
        if len(entries) == 1 or parent(entries[1][0]) == directory:
            self.pending.append(NameChange(self.operations, directory, entries))
            self.changed[directory] = self.operations
        else:
            # Two directories are two blocks of the disk: a power loss may leave the one change without the other.
            for entry in entries:
                self.pending.append(NameChange(self.operations, parent(entry[0]), (entry,)))
                self.changed[parent(entry[0])] = self.operations
        if soundness.checked:
            self._assert_sound()

    def _assert_sound(self) -> None:
        """What holds after each change of names."""
        assert not self.files.keys() & self.dirs.keys(), "one name would be a file and a directory"
        assert all(parent(path) in self.dirs for path in self.files), "a file would be where nothing leads to it"
        assert all(parent(path) in self.dirs for path in self.dirs), (
            "a directory would be where nothing leads to it"
        )
        numbers = [change.operation for change in self.pending]
        assert numbers == sorted(numbers), "a journal that is written in order would be replayed in another"
        assert max([self.committed, *numbers, *self.changed.values()]) <= self.operations, (
            "nothing comes from later"
        )
        assert not self.durable.keys() & self.durable_dirs.keys(), "what has become a directory is no file any more"


def _way(directory: str) -> tuple[tuple[str, int], ...]:
    """A directory and those above it, as the changes that made them."""
    way = [directory]
    while way[-1]:
        way.append(parent(way[-1]))
    return tuple((path, _DIRECTORY) for path in way)


def _apply(entries: tuple[tuple[str, int], ...], files: dict[str, int], dirs: dict[str, None]) -> None:
    for path, number in entries:
        if number == _DIRECTORY:  # which stays for ever: whatever else had the name was there before
            dirs[path] = None
        if number > 0 and path not in dirs:
            files[path] = number
        else:
            files.pop(path, None)


def _reachable(path: str, found: dict[str, None]) -> bool:
    while path in found:
        if not path:
            return True
        path = parent(path)
    return False
