"""What the programs of a run do to which files: to say why a fault or a change of permissions met nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from engine.kernel import Process
from engine.machine import Machine
from engine.storage.faults import Operation

Done = tuple[Operation, str]


class Doings:
    """Counts operations by kind and path, from when it is told to watch.

    Attributes:
        times: how often each was done.
        last: when each was done last, in monotonic nanoseconds.
    """

    def __init__(self, machine: Machine) -> None:
        self.times: dict[Done, int] = {}
        self.last: dict[Done, int] = {}
        self._machine = machine

    def watch(self) -> None:
        """Count from now on: it costs little, and most scenarios have nothing that anybody would ask about."""
        self._machine.storage.watchers.append(self._see)

    def since(self, before: Mapping[Done, int]) -> Counter[Done]:
        """What was done since `times` was so, in the order in which it first came."""
        return Counter({done: more for done, times in self.times.items() if (more := times - before.get(done, 0))})

    def _see(self, operation: Operation, path: str, _process: Process) -> None:
        done = operation, path
        self.times[done] = self.times.get(done, 0) + 1
        self.last[done] = self._machine.scheduler.now


def told(operations: Mapping[Operation, int]) -> str:
    """Operations in the words of a scenario: `write (20), open (1)`."""
    return ", ".join(f"{word(operation)} ({times})" for operation, times in operations.items())


def word(operation: str) -> str:
    """What a scenario calls an operation."""
    return "write" if operation == "append" else operation
