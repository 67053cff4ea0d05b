"""One file-system port, a simulated disk, the real disk, and fault rules between a program and either."""

from engine.storage.crashes import CrashImage, CrashImages
from engine.storage.disk import Disk, FileStat
from engine.storage.faults import FaultRule, Faults
from engine.storage.files import Files, Handle, Storage, WriteFailed
from engine.storage.image import Image
from engine.storage.memory import MemoryDisk
from engine.storage.profiles import PROFILES, Profile
from engine.storage.real import RealDisk
from engine.storage.tables import Snapshot

__all__ = [
    "PROFILES",
    "CrashImage",
    "CrashImages",
    "Disk",
    "FaultRule",
    "Faults",
    "FileStat",
    "Files",
    "Handle",
    "Image",
    "MemoryDisk",
    "Profile",
    "RealDisk",
    "Snapshot",
    "Storage",
    "WriteFailed",
]
