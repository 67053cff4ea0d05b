"""One file-system port, a simulated disk, the real disk, and fault rules between a program and either."""

from engine.storage.disk import Disk, FileStat
from engine.storage.faults import FaultRule, Faults
from engine.storage.files import Files, Handle, Storage, WriteFailed
from engine.storage.memory import MemoryDisk
from engine.storage.real import RealDisk

__all__ = [
    "Disk",
    "FaultRule",
    "Faults",
    "FileStat",
    "Files",
    "Handle",
    "MemoryDisk",
    "RealDisk",
    "Storage",
    "WriteFailed",
]
