"""What the programs of a run do to which files: to say why a fault or a change of permissions met nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.kernel import Process
from engine.machine import Machine
from engine.storage.faults import Operation
from wptest.text.wording import so_many
from wptest.words.file_operation import written_name

Deed = tuple[Operation, str]

_NAMED = 3  # files


class Doings:
    """Counts operations by kind and path, from when it is told to watch.

    Attributes:
        times: how often each was done.
        last: when each was done last, in monotonic nanoseconds.
    """

    def __init__(self, machine: Machine) -> None:
        self.times: dict[Deed, int] = {}
        self.last: dict[Deed, int] = {}
        self._machine = machine

    def watch(self) -> None:
        """Count from now on: it costs little, and most scenarios have nothing that anybody would ask about."""
        self._machine.storage.watchers.append(self._see)

    def from_now(self) -> LaterDoings:
        """What is done from this moment on."""
        return LaterDoings(self, self.times.copy())

    def _see(self, operation: Operation, path: str, _process: Process) -> None:
        done = operation, path
        self.times[done] = self.times.get(done, 0) + 1
        self.last[done] = self._machine.scheduler.now


class LaterDoings(NamedTuple):
    """What programs do after a moment, of all their doings; `before` is what they had done by then."""

    ever: Doings
    before: Mapping[Deed, int]

    @property
    def times(self) -> dict[Deed, int]:
        """How often each was done since, in the order in which it first came."""
        known = self.before
        return {done: more for done, times in self.ever.times.items() if (more := times - known.get(done, 0))}


def told_on(done: Mapping[Deed, int], paths: Sequence[str] | None = None) -> Iterator[str]:
    """What was done on each of the paths, the first ones, in the words of a scenario: `write (20), open (1)`."""
    if paths is None:
        paths = list(dict.fromkeys(path for _, path in done))
    for path in paths[:_NAMED]:
        operations = [f"{written_name(kind)} ({times})" for (kind, on), times in done.items() if on == path]
        yield f"there was, on {path}: {', '.join(operations)}"
    if more := len(paths[_NAMED:]):
        yield f"and on {so_many(more, 'more path')}"
