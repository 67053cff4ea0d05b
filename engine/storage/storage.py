"""One machine's storage: what all of its processes share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.kernel import Process, Scheduler, Trace, sleep
from engine.kernel.process import never
from engine.kernel.scheduler import Task
from engine.storage.disk_port import Disk
from engine.storage.faults import Faults, Operation
from engine.storage.modes import Modes
from engine.storage.quotas import Pipes, Quotas


@dataclass(slots=True)
class Storage:
    """One machine's disk with the fault rules, quotas and pipes before it, and what was done to permissions.

    `awaited` are the tasks that an event or an operation has just woken: they must run before any more operations
    are done. Each of `watchers` is told of every operation before it is done: its kind, its path, and whose it is.
    """

    scheduler: Scheduler
    disk: Disk
    trace: Trace
    faults: Faults = field(default_factory=Faults)
    quotas: Quotas = field(default_factory=Quotas)
    pipes: Pipes = field(default_factory=Pipes)
    modes: Modes = field(default_factory=Modes)
    awaited: list[Task] = field(default_factory=list)
    watchers: list[Callable[[Operation, str, Process], None]] = field(default_factory=list)

    def let_run_first(self, task: Task) -> None:
        """Wake a task, which runs before any other operation is done; it says when it has run."""
        self.awaited.append(task)
        self.scheduler.wake(task)

    def has_run(self, task: Task) -> None:
        """The task runs, and so may all others."""
        assert task in self.awaited, "everybody would wait for somebody who has run"
        self.awaited.remove(task)
        assert task not in self.awaited, "it was woken once, so it is waited for once"

    async def give_way(self, process: Process) -> None:
        """Let those run first who were woken; a process that they have killed does nothing any more."""
        while self.awaited:
            await sleep(0)
            # One that was killed meanwhile never says that it has run.
            self.awaited[:] = [task for task in self.awaited if task.runs_again]
        if not process.alive:
            await never()
