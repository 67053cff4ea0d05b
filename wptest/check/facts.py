"""What every expectation is checked against, and how its findings are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.machine import Machine
from engine.project.model import Project
from engine.storage.disk import files_below
from wptest.check.finding import Finding, Outcome
from wptest.check.history import History
from wptest.check.ledger import Account, Ledger
from wptest.language.values import Comparison

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Facts:
    """One run, seen from outside; `marks` says which generated line has which mark."""

    machine: Machine
    project: Project
    ledger: Ledger
    history: History
    marks: dict[bytes, str]

    @property
    def accounts(self) -> list[Account]:
        """The ledger's accounts now."""
        return list(self.ledger.accounts().values())

    @property
    def rescue_files(self) -> list[str]:
        """Everything below the rescue root."""
        return files_below(self.machine.disk, self.project.rescue_root)

    def count(self, place: str) -> int:
        """How many lines are in a place of the ledger."""
        if place in ("issued", "accepted"):
            return int(getattr(self.ledger, place))
        if place in ("lost", "duplicates"):
            return sum(getattr(account, place).total() for account in self.accounts)
        return sum(int(getattr(account, place)) for account in self.accounts)

    def compare(
        self, path: Path, expected: Comparison | None, actual: int, what: str, evidence: Iterable[str] = ()
    ) -> Iterator[Finding]:
        """A failure when `actual` is not what `expected` says; `what` is actual, with a colon."""
        if expected is not None and not expected.holds(actual):
            yield self.finding(path, f"{what} expected {expected}, got {actual}", evidence=evidence)

    def finding(
        self, path: Path, message: str, outcome: Outcome = Outcome.FAILED, evidence: Iterable[str] = ()
    ) -> Finding:
        """What doesn't hold at `path` in the scenario, now."""
        name = ".".join(str(part) for part in path)
        return Finding(outcome, name, message, self.machine.scheduler.now, path, tuple(evidence))
