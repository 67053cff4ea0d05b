"""Disk profiles: what a power loss may leave of what was never synced, as rules, and whose rules these are.

docs/disks.md has them in words, with what was seen on real disks; tests/real_disks holds them against these.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

SoundDisk = Literal[
    "strict", "ordered", "posix", "sync", "ext4", "ext4:1k", "ext4:data=journal", "ext4:data=writeback",
    "ext4-nojournal", "ext2", "ext2:1k", "xfs", "xfs:1k", "btrfs",
]  # fmt: skip
DiskProfile = Literal[SoundDisk, "lying"]

# What people mount, each by its defaults.
MOUNTED: Final[tuple[SoundDisk, ...]] = ("ext4", "xfs", "btrfs")
BLOCK = 4096

# What becomes of a number of changes: all of them are there; or the first ones, as a journal has them; or any.
Order = Literal["all", "in order", "any"]
# Whether a rename is one change; or one in each directory; or one for each name that it touches.
Renames = Literal["whole", "whole in a directory", "in parts"]
# How a file's bytes reach the disk beside its sizes.
# - "by writes": each write, within each block, by itself: nothing is known of pages.
# - "with sizes": both together, as where the bytes are journaled.
# - "aside": the same, as where they are written aside; only a cut writes its size at once, when blocks may lack.
# - "before sizes": a block is written whole, as it is at some moment, and a size comes when its blocks are there.
# - "block after block": the same, but a size may come first: from some block on, new ones are zeros, and a block
#   that the file had may be older than the size, with zeros behind what it has.
# - "at any time": any block may lack, or be older or younger than the size.
Bytes = Literal["by writes", "with sizes", "aside", "before sizes", "block after block", "at any time"]


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules of a disk.

    Attributes:
        source: which system these are the rules of, and how that is known.
        names: which changes of names a power loss leaves. Where they are in order, a sync makes all those durable
            that came before the latest change of what it syncs: the journal is written up to there.
        renames: what counts as one change of names.
        reuses: a file that was removed leaves its number and its blocks to the next one at once, so an old name may
            lead to new bytes, and a new one to old bytes.
        sizes: which changes of a file's size it leaves.
        bytes: where the bytes are then.
        tears: the last write may end anywhere: at half, behind a line, before its last byte.
        cuts_first: the block in which a file was cut may be on the disk before its new size: the old size then has
            the block's rest zeroed, or what was appended since. A page is written with zeros behind the file's end.
        block: in bytes; what becomes of one says nothing about the next.
        syncs: a sync that returns has been done.
    """

    source: str
    names: Order = "in order"
    renames: Renames = "whole"
    reuses: bool = False
    sizes: Order = "in order"
    bytes: Bytes = "block after block"
    tears: bool = False
    cuts_first: bool = True
    block: int = BLOCK
    syncs: bool = True


_RECORDED = "every write and flush to a device recorded, Linux 6.18.44 (tests/real_disks)"
_STRICT = Profile(
    "no file system's by itself: whatever was done is there",
    names="all",
    sizes="all",
    bytes="with sizes",
    cuts_first=False,
)
_POSIX = Profile(
    "fsync and directories as POSIX.1-2017 has them, which promises nothing else",
    names="any",
    renames="whole in a directory",
    sizes="any",
    bytes="by writes",
    tears=True,
)
_EXT4 = Profile(f"ext4 of mkfs.ext4 1.47.0 -b 4096, by its defaults: {_RECORDED}")
_XFS = Profile(f"XFS of mkfs.xfs 6.1.0, by its defaults: {_RECORDED}", bytes="before sizes")
_EXT2 = Profile(
    f"ext2 of mkfs.ext2 1.47.0 -b 4096, mended by e2fsck -p or -y: {_RECORDED}",
    names="any",
    renames="in parts",
    reuses=True,
    bytes="at any time",
)

PROFILES: Final[dict[DiskProfile, Profile]] = {
    "strict": _STRICT,
    "ordered": Profile(
        "file systems that journal names and sizes in order, of which nothing else is known",
        bytes="by writes",
        tears=True,
    ),
    "posix": _POSIX,
    "sync": replace(_STRICT, source=f"XFS mounted with sync,dirsync: {_RECORDED}"),
    "ext4": _EXT4,
    "ext4:1k": replace(_EXT4, source=f"the same with -b 1024, its default below 512 MiB: {_RECORDED}", block=1024),
    "ext4:data=journal": replace(
        _EXT4, source=f"ext4 mounted with data=journal: {_RECORDED}", bytes="with sizes", cuts_first=False
    ),
    "ext4:data=writeback": replace(
        _EXT4, source=f"ext4 mounted with data=writeback: {_RECORDED}", bytes="at any time"
    ),
    "ext4-nojournal": replace(
        _EXT2, source=f"ext4 of mkfs.ext4 1.47.0 -O ^has_journal, mended by e2fsck -p or -y: {_RECORDED}"
    ),
    "ext2": _EXT2,
    "ext2:1k": replace(_EXT2, source=f"the same with -b 1024: {_RECORDED}", block=1024),
    "xfs": _XFS,
    "xfs:1k": replace(_XFS, source=f"the same with -b size=1024: {_RECORDED}", block=1024),
    "btrfs": Profile(
        f"btrfs of mkfs.btrfs 6.2, by its defaults: {_RECORDED}", names="any", bytes="aside", cuts_first=False
    ),
    "lying": replace(
        _POSIX, source="a drive or a virtual machine that answers a flush and does nothing", syncs=False
    ),
}
