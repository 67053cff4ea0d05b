"""Somebody who runs functions as foreign code, and what there is to compare: the same on a real disk."""

from __future__ import annotations

import errno

from engine.foreign.fake_disk import FakeDisk
from engine.foreign.foreign_files import ForeignFiles
from engine.foreign.hooks import hooked
from engine.kernel import Foreign
from engine.machine import Machine, Program
from engine.project.model import Project


class Guest:
    """Somebody who runs functions as foreign code, on a disk of their own."""

    def __init__(self):
        self.disk = FakeDisk()
        self.machine = Machine(self.disk)
        self.program = Program(self.machine, "tester", Project("p", (), ()))
        self.files = ForeignFiles(
            self.program.files, self.program.process, self.disk, self.machine.streams.stream("x")
        )
        self.foreign = Foreign(self.machine.scheduler, "guest", self._show, self.files)

    def run(self, work):
        """What `work` gives as foreign code."""

        async def main():
            return await self.foreign.call(work)

        with hooked() as self._clock:
            return self.machine.scheduler.run(self.machine.scheduler.spawn(main()))

    def _show(self):
        self._clock.show(self.machine.wall.now(), self.machine.scheduler.now)


def outcome(work):
    """What `work` gives, or how it fails."""
    try:
        return work()
    except ValueError as error:
        return type(error).__name__, str(error)
    except OSError as error:
        if error.errno is None:  # an error of shutil's own
            return type(error).__name__, str(error)
        return type(error).__name__, errno.errorcode[error.errno], error.filename
