"""One file-system port, a simulated disk, the real disk, and fault rules between a program and either.

Every name is imported when it is first used: a real process needs no simulated disk, and shall start quickly.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.storage.crashes import CrashImage, CrashImages
    from engine.storage.disk_port import Disk, FileStat
    from engine.storage.faults import FaultRule, Faults
    from engine.storage.files import Files, Handle, WriteFailed
    from engine.storage.image import Image
    from engine.storage.memory import MemoryDisk
    from engine.storage.profiles import PROFILES, DiskProfile
    from engine.storage.real import RealDisk
    from engine.storage.storage import Storage
    from engine.storage.tables import Snapshot

_HOMES = {
    **dict.fromkeys(("CrashImage", "CrashImages"), "crashes"),
    **dict.fromkeys(("Disk", "FileStat"), "disk_port"),
    **dict.fromkeys(("FaultRule", "Faults"), "faults"),
    **dict.fromkeys(("Files", "Handle", "WriteFailed"), "files"),
    "Image": "image",
    "MemoryDisk": "memory",
    **dict.fromkeys(("PROFILES", "DiskProfile"), "profiles"),
    "RealDisk": "real",
    "Storage": "storage",
    "Snapshot": "tables",
}

__all__ = [
    "PROFILES",
    "CrashImage",
    "CrashImages",
    "Disk",
    "DiskProfile",
    "FaultRule",
    "Faults",
    "FileStat",
    "Files",
    "Handle",
    "Image",
    "MemoryDisk",
    "RealDisk",
    "Snapshot",
    "Storage",
    "WriteFailed",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        message = f"module 'engine.storage' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"engine.storage.{_HOMES[name]}"), name)
