"""The file systems that are tried: how each is made and mounted, and the profile that is to allow all of it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.storage.profiles import DiskProfile
from tests.real_disks.mounts import MS_DIRSYNC, MS_SYNCHRONOUS

_AT_ONCE = ("-E", "lazy_itable_init=0,lazy_journal_init=0")  # or a thread of the kernel writes in between
_SYNC = MS_SYNCHRONOUS | MS_DIRSYNC
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class FileSystem:
    """One file system.

    Attributes:
        profile: the simulated disk that stands for it.
        kind: what `mount -t` calls it.
        make: the command that makes it, but for the name of the disk.
        size: of the disk, in bytes.
        options: as `mount -o` takes them.
        flags: of the system call.
        mended: it has no journal: e2fsck comes before it is mounted again.
    """

    profile: DiskProfile
    kind: str
    make: tuple[str, ...]
    size: int = 16 * _MIB
    options: str = ""
    flags: int = 0
    mended: bool = False


def _ext4(
    profile: DiskProfile, options: str = "", *more: str, block: int = 4096, mended: bool = False
) -> FileSystem:
    make = ("mkfs.ext4", "-q", "-F", "-b", str(block), *_AT_ONCE, *more)
    return FileSystem(profile, "ext4", make, options=options, mended=mended)


def _ext2(profile: DiskProfile, block: int = 4096) -> FileSystem:
    return FileSystem(profile, "ext2", ("mkfs.ext2", "-q", "-F", "-b", str(block)), mended=True)


def _xfs(profile: DiskProfile, *more: str, flags: int = 0) -> FileSystem:
    return FileSystem(profile, "xfs", ("mkfs.xfs", "-q", "-f", *more), 300 * _MIB, flags=flags)


FILE_SYSTEMS: dict[str, FileSystem] = {
    "ext4": _ext4("ext4"),
    "ext4 -b 1024": _ext4("ext4:1k", block=1024),
    "ext4 data=journal": _ext4("ext4:data=journal", "data=journal"),
    "ext4 data=writeback": _ext4("ext4:data=writeback", "data=writeback"),
    "ext4 nodelalloc": _ext4("ext4", "nodelalloc"),
    "ext4 without a journal": _ext4("ext4-nojournal", "", "-O", "^has_journal", mended=True),
    "ext2": _ext2("ext2"),
    "ext2 -b 1024": _ext2("ext2:1k", block=1024),
    "xfs": _xfs("xfs"),
    "xfs -b size=1024": _xfs("xfs:1k", "-b", "size=1024"),
    "xfs sync,dirsync": _xfs("sync", flags=_SYNC),
    "btrfs": FileSystem("btrfs", "btrfs", ("mkfs.btrfs", "-q", "-f"), 120 * _MIB),
}
