"""`durability: ext4`: what a power loss may take."""

from __future__ import annotations

from typing import final

from engine.storage.profiles import DiskProfile
from wptest.words.registry import nothing
from wptest.words.setting.part import GivenPart, Outset


@final
class DiskDurability(GivenPart[DiskProfile]):
    """What a power loss may take of what was not synced: what the file system of that name does.

    `strict`: nothing. `ordered`: the latest changes of names, and bytes. `posix`: anything. `lying`: what was
    synced as well. See docs/disks.md.
    """

    key = "durability"
    order = 70
    examples = ()
    value = DiskProfile
    default = "posix"
    snippets = ()
    names = misuses = obstacles = hits = nothing

    def set_up(self, outset: Outset) -> None:
        """See `GivenPart.set_up`."""
        outset.durability = self.written
