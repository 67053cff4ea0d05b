"""What must hold on every run, without being asked (design section 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from engine.machine import Machine, Program
from engine.project.model import Project
from engine.rescue.checkpoint import CheckpointError, read_entries
from engine.rescue.name import is_released, parse_name
from engine.rescue.quarantine import quarantine_path, quarantined_lines
from engine.storage.disk import files_below, read_all
from wptest.check.finding import Finding, Outcome
from wptest.check.history import History
from wptest.check.ledger import Account, Ledger
from wptest.check.lines import minus, split_lines
from wptest.language.expect import Allowance

NAMES = frozenset({
    "no_loss", "no_duplicate", "no_invention", "integrity", "order", "conservation", "checkpoint_behind_delivery",
    "rescue_removed_after_delivery", "no_starvation", "recovery_idempotent",
})  # fmt: skip
_SHOWN = 3


class Invariants:
    """Checks a run's invariants and reports the first breach of each."""

    def __init__(
        self, machine: Machine, project: Project, *, ledger: Ledger, history: History, allow: Allowance | None
    ) -> None:
        self._machine = machine
        self._project = project
        self._ledger = ledger
        self._history = history
        self._allow = allow or Allowance()
        self._broken: set[str] = set()

    def at_quiet_point(self) -> list[Finding]:
        """What must hold at every moment: nothing lost, doubled, invented; the checkpoint behind delivery."""
        accounts = self._ledger.accounts()
        return [*self._lines(accounts), *self._first(self._checkpoint())]

    def at_end(self, programs: Iterable[Program]) -> list[Finding]:
        """The above, and what only a whole run can show: order, removal after delivery, no starvation."""
        findings = self.at_quiet_point()
        torn = {target: account.torn for target, account in self._ledger.accounts().items() if account.torn}
        for target, fragment in torn.items():
            findings += self._first([self._breach("integrity", f"{target} ends in a torn line", [fragment])])
        findings += self._first(self._removed_after_delivery())
        findings += self._first(self._order())
        findings += self._first(self._starvation(programs))
        return findings

    def _lines(self, accounts: Mapping[str, Account]) -> list[Finding]:
        lost = sum(account.lost.total() for account in accounts.values())
        doubled = sum(account.duplicates.total() for account in accounts.values())
        found: list[Finding] = []
        for target, account in accounts.items():
            if account.lost and not (self._allow.lost and self._allow.lost.holds(lost)):
                message = f"{account.lost.total()} of {account.owed} lines for {target} are nowhere"
                found.append(self._breach("no_loss", message, account.lost))
            if account.duplicates and not (self._allow.duplicates and self._allow.duplicates.holds(doubled)):
                message = f"{target} has {account.duplicates.total()} lines more than once"
                found.append(self._breach("no_duplicate", message, account.duplicates))
            if account.doubled:
                message = f"{account.doubled.total()} lines for {target} are in a rescue file and somewhere else"
                found.append(self._breach("conservation", message, account.doubled))
            if account.invented:
                message = f"{target} has {account.invented.total()} lines that nobody sent"
                found.append(self._breach("no_invention", message, account.invented))
        return self._first(found)

    def _checkpoint(self) -> Iterator[Finding]:
        """`checkpoint_behind_delivery`: everything before a checkpoint's position has arrived somewhere."""
        try:
            entries = read_entries(self._machine.disk, self._project.rescue_root)
        except CheckpointError as error:
            yield self._breach("checkpoint_behind_delivery", f"the checkpoint can't be read: {error}", ())
            return
        for path, entry in entries.items():
            lines = split_lines(read_all(self._machine.disk, path))[: entry.lines]
            missing = minus(Counter(line for line in lines if line.strip()), self._arrived(path))
            if missing:
                message = f"the checkpoint says {entry.lines} lines of {path}, {missing.total()} have not arrived"
                yield self._breach("checkpoint_behind_delivery", message, missing)

    def _arrived(self, path: str) -> Counter[bytes]:
        """Where a line of this rescue file may be when it is done with."""
        target = self._ledger.rescue_file_target(path)
        return Counter(split_lines(self._ledger.target(target))) + self._elsewhere(path)

    def _elsewhere(self, path: str) -> Counter[bytes]:
        """Lines of this rescue file that were quarantined or given up."""
        lines = Counter(line for _, line in quarantined_lines(self._machine.disk, quarantine_path(path)))
        for drop in self._machine.drops:
            lines.update(drop.lines)
        return lines

    def _removed_after_delivery(self) -> Iterator[Finding]:
        for replayed in self._history.replays:
            if replayed.removed_at is None or not self._has_file(replayed.target):
                continue
            target = self._ledger.target(replayed.target, replayed.removed_at)
            missing = Counter(line for line in replayed.lines if line.strip())
            missing = minus(missing, Counter(split_lines(target)))
            missing = minus(missing, self._elsewhere(replayed.path))
            if missing:
                message = f"{replayed.path} was removed with {missing.total()} lines not delivered"
                yield self._breach("rescue_removed_after_delivery", message, missing, replayed.time)

    def _has_file(self, target: str) -> bool:
        return any(sink.path == target for sink in self._project.sinks)

    def _order(self) -> Iterator[Finding]:
        """`order`: the lines of one rescue file, and those that never were in one, keep their order.

        Only lines that there is one of can be told apart, and only those are looked at.
        """
        replayed = {line for each in self._history.replays for line in each.lines}
        for target, owed in self._ledger.owed().items():
            if not self._has_file(target):
                continue
            places = {
                line: place
                for place, line in enumerate(split_lines(self._ledger.target(target)))
                if owed[line] == 1
            }
            sequences = [(each.path, each.lines) for each in self._history.replays if each.target == target]
            sequences.append(("the input", tuple(line for line in owed if line not in replayed)))
            for source, lines in sequences:
                where = [places[line] for line in lines if line in places]
                if where != sorted(where):
                    yield self._breach("order", f"lines of {source} stand in {target} in another order", ())

    def _starvation(self, programs: Iterable[Program]) -> Iterator[Finding]:
        """`no_starvation`: a recovery that says it has nothing to do has left no file that it could replay."""
        if not any(self._says_done(program) for program in programs):
            return
        names = {sink.name for sink in self._project.sinks}
        for path in filter(is_released, files_below(self._machine.disk, self._project.rescue_root)):
            name = parse_name(path)
            if name is not None and name.sink in names and path not in self._history.failed:
                yield self._breach("no_starvation", f"{path} was never replayed", ())

    def _says_done(self, program: Program) -> bool:
        if program.name != "wprescue":
            return False
        done = program.process.exit_code in (0, 3) and not program.stopping
        return done or (program.process.alive and program.idle_at == self._machine.work)

    def _breach(self, name: str, message: str, lines: Iterable[bytes], time: int | None = None) -> Finding:
        shown = [
            line.decode(errors="backslashreplace")[:200] for line, _ in zip(lines, range(_SHOWN), strict=False)
        ]
        now = self._machine.scheduler.now if time is None else time
        return Finding(Outcome.FAILED, name, message, now, evidence=tuple(shown))

    def _first(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those whose invariant held until now."""
        new = [finding for finding in findings if finding.name not in self._broken]
        self._broken.update(finding.name for finding in new)
        return new
