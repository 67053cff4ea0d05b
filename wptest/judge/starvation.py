"""What is left undone by programs that say they have nothing to do: files not replayed, lines not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.kernel import Event
from engine.machine import Machine, Program
from engine.storage.disk_port import files_below
from wptest.judge.history import History
from wptest.judge.ledger import Ledger
from wptest.judge.rescue_names import has_released_name


class Starvation:
    """Looks at the end of each recovery at what it has left."""

    def __init__(self, machine: Machine, rescue_root: str, ledger: Ledger, history: History) -> None:
        self._machine = machine
        self._root = rescue_root
        self._ledger = ledger
        self._history = history
        self._passed_over: dict[str, None] = {}
        machine.trace.listen("program.exited", self._exited)

    def passed_over(self, programs: Iterable[Program]) -> Iterator[str]:
        """The rescue files that a recovery has passed over, or does now that it waits for others."""
        waits = any(
            program.name == "wprescue" and program.process.alive and program.idle_at == self._machine.work
            for program in programs
        )
        for path in self._replayable():
            if waits or path in self._passed_over:
                yield path

    def unread(self) -> Iterator[tuple[str, int]]:
        """The inputs of each wparse that waits for more of them, and how many of their lines it hasn't read."""
        inputs = self._ledger.dues.inputs
        for program in self._ledger.programs:
            at_rest = program.process.alive and not program.opaque and program.idle_at == self._machine.work
            for source in program.project.sources if at_rest and program.name == "wparse" else ():
                if lines := inputs.unread(program.called, source.path):
                    yield source.path, lines

    def _exited(self, event: Event) -> None:
        """A recovery that ends by itself passes over what it could have replayed."""
        if event.process == "wprescue" and event.fields["code"] in (0, 3) and not self._was_stopped(event.process):
            self._passed_over.update(dict.fromkeys(self._replayable()))

    def _was_stopped(self, name: str) -> bool:
        """Whether the program of that name that ended last was asked to stop."""
        ended = (each for each in reversed(self._ledger.programs) if each.called == name and not each.process.alive)
        return next((program.stopping for program in ended), False)

    def _replayable(self) -> list[str]:
        released = filter(has_released_name, files_below(self._machine.disk, self._root))
        left = (path for path in released if not self._history.has_given_up(path))
        return [path for path in left if self._ledger.names.is_known_now(path)]
