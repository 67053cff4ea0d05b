"""What every expectation is checked against, and how its findings are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from engine.machine import Machine
from engine.project.model import Project
from engine.storage.disk import files_below
from wptest.judge.account import Account
from wptest.judge.history import History
from wptest.judge.ledger import Ledger
from wptest.shapes.values import Comparison
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Outcome

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
        self,
        code: Failure,
        path: Path,
        expected: Comparison | None,
        actual: int,
        *,
        what: str,
        evidence: Iterable[str] = (),
    ) -> Iterator[Finding]:
        """A failure when `actual`, the number of `what`, is not what `expected` says.

        The evidence is looked at only then: make it a generator where it costs something.
        """
        if expected is not None and not expected.holds(actual):
            yield self.finding(code, path, f"{what}: expected {expected}, got {actual}", evidence)

    def finding(
        self, code: Failure, path: Path, message: str, evidence: Iterable[str] = (), *, help_: str = ""
    ) -> Finding:
        """What doesn't hold at `path` in the scenario, now."""
        now, after, name = self.machine.scheduler.now, len(self.machine.trace.events), ".".join(map(str, path))
        return Finding(Outcome.FAILED, code, name, message, now, after, path, tuple(evidence), help_)

    def unproved(
        self,
        path: Path,
        message: str,
        code: Failure = Failure.NOTHING_TO_CHECK,
        evidence: Iterable[str] = (),
        *,
        help_: str = "",
    ) -> Finding:
        """What could not be verified at `path` in the scenario, now."""
        return replace(self.finding(code, path, message, evidence, help_=help_), outcome=Outcome.UNVERIFIED)
