"""What happened with rescue files, written down as it happens: the checks at the end need the contents of then."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.kernel import Event
from engine.machine import Machine
from engine.storage.disk import read_all
from wptest.check.ledger import Ledger, split_lines


@dataclass(frozen=True, slots=True)
class Removal:
    """A rescue file that was removed, and how large its target was at that moment."""

    path: str
    target: str
    lines: tuple[bytes, ...]
    target_size: int
    time: int


@dataclass(slots=True)
class History:
    """Replays, removals and exits of a run.

    Attributes:
        replayed: the rescue files in the order in which replays of them began, a resumed one only once.
        failed: files whose replay failed or that were skipped: recovery may leave them.
    """

    machine: Machine
    ledger: Ledger
    replayed: list[str] = field(default_factory=list)
    contents: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    removals: list[Removal] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    last_exit: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        listen = self.machine.trace.listen
        listen("recovery.file_began", self._began)
        listen("recovery.file_removed", self._removed)
        listen("recovery.file_skipped", lambda event: self.failed.add(str(event.fields["path"])))
        listen("recovery.interrupted", self._interrupted)
        listen("program.exited", self._exited)
        listen("program.killed", self._exited)

    def count(self, kind: str) -> int:
        """How often an event of this kind happened."""
        return sum(event.kind == kind for event in self.machine.trace.events)

    def _began(self, event: Event) -> None:
        path = str(event.fields["path"])
        if path not in self.replayed:
            self.replayed.append(path)
            self.contents[path] = tuple(split_lines(read_all(self.machine.disk, path)))

    def _removed(self, event: Event) -> None:
        path = str(event.fields["path"])
        target = self.ledger.rescue_file_target(path)
        size = len(read_all(self.machine.disk, target))
        self.removals.append(Removal(path, target, self.contents.get(path, ()), size, event.time))

    def _interrupted(self, event: Event) -> None:
        if event.fields["outcome"] == "failed":
            self.failed.add(str(event.fields["path"]))

    def _exited(self, event: Event) -> None:
        self.last_exit[event.process] = int(event.fields["code"] or 0)
