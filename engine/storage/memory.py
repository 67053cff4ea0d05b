"""The simulated disk: page cache and durable state kept apart, for data and for names.

A kill loses nothing that is here; a power loss may lose what was never synced, see `profiles`. A snapshot copies
small tables and shares the contents (copy on write).
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from engine.kernel import soundness
from engine.storage.crashes import CrashChoices, CrashImage, CrashImages, FilesLeft, crash_images, least
from engine.storage.descriptors import Descriptors
from engine.storage.disk_port import BeforeCut, FileStat, Listing, parent
from engine.storage.errors import failure
from engine.storage.image import Image, image_of, with_pending
from engine.storage.inode import Inode
from engine.storage.profiles import PROFILES, DiskProfile
from engine.storage.tables import Tables

_OWNER_READ = 0o400
_OWNER_WRITE = 0o200
_SPARE = 16  # so many inodes without a name, and as many as have one, are not looked for


class MemoryDisk:
    """A file system in memory; implements `Disk`. Permission bits bind every user, as if none were root.

    Args:
        profile: what a power loss may take; `lying` makes every sync from now on a lie.

    With a `clock` it knows when files were changed.
    """

    binds_modes = True

    def __init__(self, profile: DiskProfile = "posix") -> None:
        self.profile = profile
        self._tables = Tables()
        self._owner = object()
        self._open = Descriptors()
        self._files_left = FilesLeft()
        self.before_cut = BeforeCut()
        self.clock: Callable[[], int] | None = None
        self._modified: dict[int, int] = {}  # by number, where there is a clock

    def open(self, path: str, *, create: bool = True, exclusive: bool = False, truncate: bool = False) -> int:
        """See `Disk.open`."""
        tables, names = self._tables, self._tables.names
        number = names.files.get(path)
        if number is None:
            if path in names.dirs:
                raise failure(errno.EEXIST if exclusive else errno.EISDIR, path)
            if not create:
                raise names.missing(path)
            names.need_writable_dir(path)
            number = tables.next_inode
            tables.next_inode += 1
            names.create(path, number)
            assert number not in tables.inodes, "old names may come back after a power loss, so none is used again"
            inode = tables.inodes[number] = Inode(self._owner)
            self._note_change(number, inode)
        elif create and exclusive:
            raise failure(errno.EEXIST, path)
        elif ~tables.inodes[number].mode & (_OWNER_READ | (_OWNER_WRITE if create else 0)):
            raise failure(errno.EACCES, path)
        descriptor = self._open.open(number)
        if truncate:
            self.truncate(descriptor, 0)
        elif not create:
            self._open.read_only.add(descriptor)
        if soundness.checked:
            self._assert_sound()
        return descriptor

    def append(self, descriptor: int, data: bytes) -> int:
        """See `Disk.append`."""
        if descriptor in self._open.read_only:
            raise failure(errno.EBADF, str(descriptor))
        inode = self._writable(descriptor)
        inode.append(data)
        self._note_change(self._open.inodes[descriptor], inode)
        return len(data)

    def read(self, descriptor: int, offset: int, size: int) -> bytes:
        """See `Disk.read`."""
        return self._inode(descriptor).read(offset, size)

    def truncate(self, descriptor: int, size: int) -> None:
        """See `Disk.truncate`."""
        if descriptor in self._open.read_only:
            raise failure(errno.EINVAL, str(descriptor))
        if size < self._inode(descriptor).size:
            self.before_cut.tell(self._open.inodes[descriptor])
        inode = self._writable(descriptor)
        inode.truncate(size)
        self._note_change(self._open.inodes[descriptor], inode)

    def size(self, descriptor: int) -> int:
        """See `Disk.size`."""
        return self._inode(descriptor).size

    def number(self, descriptor: int) -> int:
        """See `Disk.number`."""
        return self._open.inodes[descriptor]

    def is_named(self, descriptor: int) -> bool:
        """See `Disk.is_named`."""
        return self._open.inodes[descriptor] in self._tables.names.files.values()

    def fsync(self, descriptor: int) -> None:
        """See `Disk.fsync`."""
        inode = self._writable(descriptor)
        if self._syncs:
            inode.sync()
            # The journal is written up to here, so the names that were changed before are durable with it.
            self._tables.names.commit(inode.changed)
            assert not inode.whole or inode.kept == inode.size, "what was synced could be lost"

    def rewrite(self, descriptor: int, offset: int) -> None:
        """See `Disk.rewrite`."""
        if descriptor in self._open.read_only:
            raise failure(errno.EBADF, str(descriptor))
        self._writable(descriptor).rewrite(offset)  # in place, where it may need no journal: so it commits no names

    def fail_sync(self, descriptor: int) -> None:
        """See `Disk.fail_sync`."""
        inode = self._writable(descriptor)
        if self._syncs:  # there nothing is sure to be lost, as nothing is sure to be kept
            inode.drop()
            assert not inode.ends, "a later sync would save what this one has failed to"

    def lock(self, descriptor: int) -> bool:
        """See `Disk.lock`."""
        return self._open.lock(descriptor)

    def unlock(self, descriptor: int) -> None:
        """See `Disk.unlock`."""
        self._open.unlock(descriptor)

    def locked(self, path: str) -> bool:
        """See `Disk.locked`."""
        return self._tables.names.files.get(path, 0) in self._open.locks

    def close(self, descriptor: int) -> None:
        """See `Disk.close`."""
        self._open.close(descriptor)

    def rename(self, source: str, target: str) -> None:
        """See `Disk.rename`."""
        names = self._tables.names
        for path in (source, target):  # a kernel looks both directories up before the names in them
            if parent(path) not in names.dirs:
                raise names.missing(path)
        is_dir = source in names.dirs
        if source not in names.files and not is_dir:
            raise names.missing(source)
        if target in names.dirs and not is_dir:
            raise failure(errno.ENOTEMPTY if source.startswith(f"{target}/") else errno.EISDIR, target)
        names.need_writable_dir(source)
        names.need_writable_dir(target)
        if is_dir:
            names.rename_directory(source, target)
        elif source != target:
            names.rename(source, target)
            self._owned(names.files[target]).changed = names.operations  # its time of change, on ext4 and XFS

    def remove(self, path: str) -> None:
        """See `Disk.remove`."""
        names = self._tables.names
        if path not in names.files:
            raise failure(errno.EISDIR, path) if path in names.dirs else names.missing(path)
        names.need_writable_dir(path)
        names.remove(path)  # the file itself stays for those who have it open, and for a power loss to bring back
        if soundness.checked:
            self._assert_sound()

    def mkdir(self, path: str) -> None:
        """See `Disk.mkdir`."""
        names = self._tables.names
        if path in names.dirs:
            return
        if path in names.files:
            raise failure(errno.EEXIST, path)
        if parent(path) in names.files:
            raise failure(errno.ENOTDIR, path)
        self.mkdir(parent(path))
        names.need_writable_dir(path)
        names.mkdir(path)

    def rmdir(self, path: str) -> None:
        """See `Disk.rmdir`."""
        names = self._tables.names
        if path not in names.dirs:
            raise failure(errno.ENOTDIR, path) if path in names.files else names.missing(path)
        names.need_writable_dir(path)
        names.rmdir(path)

    def list(self, path: str) -> list[str]:
        """See `Disk.list`."""
        if path not in self._tables.names.dirs:
            raise self._tables.names.missing(path)
        return self._tables.names.below(path)

    def listing(self, path: str) -> Listing:
        """See `Disk.listing`."""
        return self._tables.names.listing(path)

    def stat(self, path: str) -> FileStat:
        """See `Disk.stat`."""
        names = self._tables.names
        if path in names.dirs:
            return FileStat(0, names.dirs[path], is_dir=True)
        if path not in names.files:
            raise names.missing(path)
        number = names.files[path]
        inode = self._tables.inodes[number]
        return FileStat(inode.size, inode.mode, is_dir=False, number=number, modified=self._modified.get(number))

    def exists(self, path: str) -> bool:
        """See `Disk.exists`."""
        names = self._tables.names
        return path in names.files or path in names.dirs

    def number_of(self, path: str) -> int | None:
        """See `Disk.number_of`."""
        return self._tables.names.files.get(path)

    def content(self, path: str) -> bytes:
        """See `Disk.content`."""
        number = self._tables.names.files.get(path)
        if number is None:
            return b""
        inode = self._tables.inodes[number]
        return inode.read(0, inode.size)

    def chmod(self, path: str, mode: int) -> None:
        """See `Disk.chmod`; durable at once on every profile."""
        names = self._tables.names
        if path in names.dirs:
            names.dirs[path] = mode
            return
        if path not in names.files:
            raise names.missing(path)
        self._owned(names.files[path]).mode = mode

    def sync_dir(self, path: str) -> None:
        """See `Disk.sync_dir`: the directory itself too becomes durable, as ext4 and XFS do."""
        names = self._tables.names
        if path not in names.dirs:
            raise names.missing(path)
        if self._syncs:
            names.sync(path)
            if len(self._tables.inodes) > 2 * len(names.files) + _SPARE:
                self._tables.forget_all_but(self._open.inodes.values())
        if soundness.checked:
            self._assert_sound()

    def settle(self) -> None:
        """Make everything durable, on a disk that lies as well: what is here now was here before it was used."""
        names = self._tables.names
        for number in names.files.values():
            self._owned(number).sync()
        names.durable, names.durable_dirs = names.files.copy(), dict.fromkeys(names.dirs)
        names.pending = []
        assert least(self._tables, self.profile).names.files == names.files, "all of it outlives a power loss"

    @contextmanager
    def durably(self) -> Iterator[None]:
        """What is done within is durable at the end, as if it was synced, but on a disk that lies.

        So is what was done before to names in the same directories, and to the content of the same files.
        """
        before, inodes = self._tables.names.operations, self._tables.inodes.copy()
        self._owner = object()  # whoever writes within copies first: so it shows what was written
        yield
        if not self._syncs:
            return
        names = self._tables.names
        for number, inode in self._tables.inodes.items():
            known = inodes.get(number)
            if inode is not known and (known is None or inode.changes() != known.changes()):
                self._owned(number).sync()
                names.commit(inode.changed)
        for directory, operation in names.changed.items():
            if operation > before:
                names.sync(directory)

    def snapshot(self) -> Tables:
        """The state now, page cache and durable state alike, without open descriptors and locks; never changed."""
        self._owner = object()  # whoever writes next copies first
        tables = self._tables.copy()
        tables.forget_all_but()
        return tables

    def restore(self, snapshot: Tables) -> None:
        """Go back to `snapshot`; every descriptor is closed and every lock given up, as after a reboot."""
        self._become(snapshot.copy())

    def image(self, *, pending: bool = False) -> Image:
        """What is on the disk, to be compared; with `pending` also what isn't durable of it."""
        return with_pending(self._tables) if pending else image_of(self._tables)

    def crash_images(
        self, profile: DiskProfile | None = None, *, bound: int | None = 64, stream: Random | None = None
    ) -> CrashImages:
        """The different disks that a power loss at this moment may leave.

        Args:
            profile: another one than the disk's own; only a disk that lied can tell what a lying one leaves.
            bound: how many at most; None for all, of which there are very many after a few unsynced operations.
            stream: what draws more where the most telling ones leave room.
        """
        return crash_images(self.snapshot(), self._judged_by(profile), bound, stream, self._files_left)

    def power_loss(self, left: CrashImage | None = None) -> None:
        """Go on with what a power loss leaves, by default with only what is certain; closes everything."""
        self.before_cut.tell(None)
        self._become(least(self._tables, self.profile) if left is None else left.tables.copy())

    def drawn_crash(self, stream: Random) -> CrashImage:
        """One of the disks that a power loss may leave."""
        return CrashChoices(self.snapshot(), self.profile, 64).drawn(stream)

    @property
    def _syncs(self) -> bool:
        return PROFILES[self.profile].syncs

    def _judged_by(self, profile: DiskProfile | None) -> DiskProfile:
        if profile not in (None, "strict", self.profile) and "lying" in (profile, self.profile):
            raise ValueError(f"a disk that is {self.profile} can't tell what one that is {profile} would leave")
        return profile or self.profile

    def _become(self, tables: Tables) -> None:
        self._tables = tables
        self._owner = object()
        self._open.close_all()
        if soundness.checked:
            self._assert_sound()

    def _note_change(self, number: int, inode: Inode) -> None:
        inode.changed = self._tables.names.operations
        if self.clock is not None:
            self._modified[number] = self.clock()

    def _inode(self, descriptor: int) -> Inode:
        number = self._open.inodes.get(descriptor)
        if number is None:
            raise failure(errno.EBADF, str(descriptor))
        return self._tables.inodes[number]

    def _writable(self, descriptor: int) -> Inode:
        number = self._open.inodes.get(descriptor)
        if number is None:
            raise failure(errno.EBADF, str(descriptor))
        inode = self._tables.inodes[number]
        return inode if inode.owner is self._owner else self._owned(number)

    def _owned(self, number: int) -> Inode:
        """The inode, copied first when a snapshot shares it."""
        inode = self._tables.inodes[number]
        if inode.owner is not self._owner:
            inode = self._tables.inodes[number] = inode.copy(self._owner)
        assert inode.owner is self._owner, "whoever changes it would change a snapshot as well"
        return inode

    def _assert_sound(self) -> None:
        """What holds after each change: names and descriptors lead to files."""
        self._tables.assert_sound()
        self._open.assert_sound()
        assert set(self._open.inodes.values()) <= self._tables.inodes.keys(), "an open file would have no content"
