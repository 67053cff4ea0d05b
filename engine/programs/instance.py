"""One instance of a program in one work root: a lock that proves it, and a file that says which process it is."""

from __future__ import annotations

from contextlib import closing

from engine.machine import Program
from engine.storage.disk_port import read_all
from engine.storage.real import RealDisk

RUN_DIRECTORY = ".run"


async def wparse_lives(program: Program) -> bool:
    """Whether a wparse works in this work root: in the simulation the machine knows, real ones have a lock.

    Raises:
        OSError: the lock can't be looked at.
    """
    known, path = program.machine.pipeline, f"{RUN_DIRECTORY}/wparse.lock"
    if known is not None or not program.files.exists(path):
        return known is not None and known.alive
    return not await is_dead(program, path)


async def is_dead(program: Program, path: str) -> bool:
    """Whether nobody holds a file's lock: who has it holds it while it lives.

    Raises:
        OSError: that can't be looked at.
    """
    with closing(await program.files.open(path, create=False)) as handle:
        return await handle.lock()


class Instance:
    """`.run/<program>.lock` is locked while the program lives; `.run/<program>.pid` has its process id.

    The kernel gives the lock up when a process dies, however it dies; so a `.pid` file that a kill left behind
    stops nobody, and is written over.
    """

    def __init__(self, disk: RealDisk, program: str, pid: int) -> None:
        self.pid_file = f"{RUN_DIRECTORY}/{program}.pid"
        self._disk = disk
        self._lock_file = f"{RUN_DIRECTORY}/{program}.lock"
        self._pid = pid

    def claim(self) -> bool:
        """Become the one instance; False when there is one.

        Raises:
            OSError: the files can't be written.
        """
        self._disk.mkdir(RUN_DIRECTORY)
        if not self._disk.lock(self._disk.open(self._lock_file)):  # open, and so locked, until the process ends
            return False
        aside = f"{self.pid_file}.tmp"
        descriptor = self._disk.open(aside, truncate=True)
        self._disk.append(descriptor, b"%d\n" % self._pid)
        self._disk.close(descriptor)
        self._disk.rename(aside, self.pid_file)  # nobody sees it empty
        return True

    def other(self) -> str:
        """The process id of the one there is; empty when it has not written it yet."""
        return read_all(self._disk, self.pid_file).decode().strip()

    def release(self) -> None:
        """Take the `.pid` file away; the lock goes with the process."""
        if self._disk.exists(self.pid_file):
            self._disk.remove(self.pid_file)
