"""What must hold on every run, without being asked (design section 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from engine.machine import Machine, Program
from engine.project.model import Project
from engine.servers.on_machine import servers_on
from engine.storage.disk_port import read_all
from wptest.judge.excused import Excused
from wptest.judge.found import found_now, if_readable
from wptest.judge.history import History, Replayed
from wptest.judge.ledger import Ledger, TargetAccount
from wptest.judge.line_counts import NONE, CountedLines, both, either, minus, split_lines
from wptest.judge.naming import Naming
from wptest.judge.order import block_of, disordered
from wptest.judge.projects.targets import writers_of
from wptest.judge.rescue_names import quarantine_of, quarantined, rescue_bytes
from wptest.judge.starvation import Starvation
from wptest.judge.trails.trail import trail_of, trail_of_torn, trail_of_unread, trail_of_waiting
from wptest.judge.users.changed_lines import changed_by_sink
from wptest.judge.why.advice import Advice
from wptest.judge.written_down.checkpoints import UnreadableCheckpointError, read_checkpoint
from wptest.judge.written_down.misplaced_rows import misplaced
from wptest.text.wording import line_text, so_many
from wptest.words.expectations.allowances import Allowance
from wptest.words.failures import Failure
from wptest.words.finding import Finding, Trail

# Not `nothing_stuck`: how many lines may stay behind, a scenario says of its own end, and of no other run's.
INVARIANT_NAMES = frozenset({
    "no_loss", "no_duplicate", "no_invention", "integrity", "order", "conservation", "checkpoint_behind_delivery",
    "rescue_removed_after_delivery", "rescue_name", "no_starvation", "recovery_idempotent", "no_alteration",
    "no_ghost_row", "unknown_resolved",
})  # fmt: skip
_NOTHING = Allowance()


class Invariants:
    """Checks a run's invariants and reports the first breach of each.

    Attributes:
        excused: the names of the allowances that anything fell under so far.
    """

    def __init__(
        self, machine: Machine, project: Project, *, ledger: Ledger, history: History, allow: Allowance | None
    ) -> None:
        self._machine = machine
        self._project = project
        self._ledger = ledger
        self._history = history
        self._allow = allow or _NOTHING
        self._advice = Advice(machine, ledger, history)
        self._excused = Excused(self._allow, {})
        self.excused = set[str]()
        self._broken: set[str] = set()
        self._naming = Naming(machine, ledger.programs, ledger.names)
        self._starvation = Starvation(machine, project.rescue_root, ledger, history)

    def at_quiet_point(self) -> list[Finding]:
        """What must hold at every moment: nothing lost, doubled, invented; the checkpoint behind delivery."""
        return if_readable(self._machine, lambda: self._at_quiet_point(more_may_come=True))

    def at_end(self, programs: Iterable[Program]) -> list[Finding]:
        """The above, and what only a whole run can show: order, removal after delivery, no starvation."""
        return if_readable(self._machine, lambda: self._at_end(programs))

    def _at_quiet_point(self, *, more_may_come: bool) -> list[Finding]:
        accounts = self._ledger.accounts()
        self._excused = Excused(self._allow, accounts, more_may_come=more_may_come, used=self.excused)
        of_lines = [*self._altered(), *self._lines(accounts)]
        return self._first([*of_lines, *self._checkpoint(), *self._names(), *self._unread()])

    def _at_end(self, programs: Iterable[Program]) -> list[Finding]:
        findings = self._at_quiet_point(more_may_come=False)
        for target, account in self._ledger.accounts().items():
            fragment = account.torn
            if not fragment or any(line.startswith(fragment) for line in self._excused.lost(target)):
                continue
            message, evidence = f"{target} ends in a torn line", [f"the torn line: {line_text(fragment)}"]
            trail = trail_of_torn(self._history, fragment, target)
            findings += self._first([self._breach(Failure.INTEGRITY, message, evidence, trail=trail)])
        rest = [*self._removed_after_delivery(), *self._order(), *self._starved(programs)]
        return [*findings, *self._first(rest)]

    def _lines(self, accounts: Mapping[str, TargetAccount]) -> list[Finding]:
        excused, advice, found = self._excused, self._advice, list[Finding]()
        for target, account in accounts.items():
            if account.lost and not excused.loss:
                message = f"{account.lost.total()} of {so_many(account.owed)} for {target} nowhere to be found"
                help_ = advice.lost(target, account.lost)
                found.append(
                    self._breach(Failure.NO_LOSS, message, self._missing(account.lost, target), help_=help_)
                )
            known, doubled = account.duplicates, account.doubled
            if doubled and (self._ledger.inventory.has_keys(target) or excused.soon_twice):
                doubled = NONE
            if known and excused.twice:
                known = NONE
            if unknown := self._unresolved(account, known, doubled):
                known, doubled = minus(known, unknown), minus(doubled, unknown)
                found.append(self._not_resolved(target, unknown))
            if known:
                message = f"{target} has {so_many(known.total())} more than once"
                help_ = advice.read_twice if account.read_twice else advice.no_key(target, known.total())
                found.append(self._breach(Failure.NO_DUPLICATE, message, self._trail(known, target), help_=help_))
            if doubled:
                message = f"{so_many(doubled.total())} for {target} in a rescue file and somewhere else"
                found.append(self._breach(Failure.CONSERVATION, message, self._trail(doubled, target)))
            found += self._ghosts(target, minus(account.ghosts, account.unanswered))
            if account.invented:
                message = f"{target} has {so_many(account.invented.total())} that nobody sent"
                help_ = changed_by_sink(self._project, target, account.invented, account.lost)
                evidence = self._trail(account.invented, target)
                found.append(self._breach(Failure.NO_INVENTION, message, evidence, help_=help_))
        return found

    def _unresolved(self, account: TargetAccount, known: CountedLines, doubled: CountedLines) -> CountedLines:
        """Of what is in more than one place the lines of which nobody has heard whether they had arrived.

        What was read once more is there twice for that.
        """
        if not account.unanswered:
            return NONE
        again = minus(known, account.read_twice) if account.read_twice else known
        ghosts = NONE if self._excused.twice else account.ghosts
        return both(either(either(again, doubled), ghosts), account.unanswered)

    def _not_resolved(self, target: str, lines: CountedLines) -> Finding:
        """`unknown_resolved`: what was sent and not answered ends in one place, in the target or elsewhere."""
        what = f"{so_many(lines.total())} for {target} in more than one place"
        message = f"{what}: sent, and nobody has heard whether they had arrived"
        help_ = self._advice.no_key(target, lines.total()) or self._advice.unanswered(target)
        return self._breach(Failure.UNKNOWN_RESOLVED, message, self._trail(lines, target), help_=help_)

    def _ghosts(self, target: str, lines: CountedLines) -> Iterator[Finding]:
        """`no_ghost_row`: each row is that of a line that was sent, and that nobody has given up."""
        if lines:
            message = f"{target} has {so_many(lines.total(), 'row')} of lines that were put aside or given up"
            yield self._breach(Failure.NO_GHOST_ROW, message, self._trail(lines, target))
        wrong = misplaced(self._machine, self._ledger, self._history, target)
        if wrong:
            first = wrong[0]
            message = f"{target} has {so_many(len(wrong), 'row')} of lines that aren't where they say to come from"
            evidence = [f"the first: {line_text(first.line)}", f"its place: {first.place}", first.there]
            yield self._breach(Failure.NO_GHOST_ROW, message, evidence, trail=self._trail([first.line], target))

    def _altered(self) -> Iterator[Finding]:
        """`no_alteration`: rows are stored as they were sent."""
        if not self._ledger.inventory.tables:
            return
        servers = servers_on(self._machine)
        tables = {target: servers.altered(target) for target in self._ledger.inventory.tables}
        if self._excused.altered(sum(map(len, tables.values()))):
            return
        for target, altered in tables.items():
            for row in altered[:1]:
                message = f"{target} has {so_many(len(altered), 'row')} not as they were sent"
                sent, stored = (servers.row_in_json(target, each) for each in (row.sent, row.stored))
                evidence = [f"sent:   {sent}", f"stored: {stored}"]
                help_ = "let a column be so wide, or 'row' refuse such lines, or 'write' not alter them"
                trail = self._missing([servers.line_sent(target, row)], target)
                yield self._breach(Failure.NO_ALTERATION, message, evidence, help_=help_, trail=trail)

    def _checkpoint(self) -> Iterator[Finding]:
        """`checkpoint_behind_delivery`: everything before a checkpoint's position has arrived somewhere.

        Nobody is to blame for what somebody else has put in its place, as long as nobody has read it.
        """
        if self._ledger.checkpoint_is_by_hand:
            return
        try:
            entries = read_checkpoint(self._machine, self._project.rescue_root)
        except UnreadableCheckpointError as error:
            yield self._breach(Failure.CHECKPOINT_BEHIND_DELIVERY, f"the checkpoint can't be read: {error}", ())
            return
        for path, entry in entries.items():
            if not entry.is_of(read_all(self._machine.disk, path)):
                continue
            lines = split_lines(rescue_bytes(self._machine, path))[: entry.lines]
            missing = minus(Counter(line for line in lines if line.strip()), self._arrived(path))
            if missing and not self._excused.soon_lost(missing.total()):
                message = f"the checkpoint says {so_many(entry.lines)} of {path}, not arrived: {missing.total()}"
                yield self._breach(
                    Failure.CHECKPOINT_BEHIND_DELIVERY,
                    message,
                    self._missing(missing, self._ledger.names.target(path)),
                )

    def _names(self) -> Iterator[Finding]:
        for path, why, time in self._naming.wrong:
            trail = trail_of_waiting(self._history, path)
            yield self._breach(Failure.RESCUE_NAME, f"{path} has the wrong name: {why}", (), time, trail=trail)

    def _arrived(self, path: str) -> Counter[bytes]:
        """Where a line of this rescue file may be when it is done with."""
        target = self._ledger.names.target(path)
        return Counter(split_lines(self._ledger.inventory.content(target))) + self._elsewhere(path)

    def _elsewhere(self, path: str) -> Counter[bytes]:
        """Lines of this rescue file that were quarantined or given up, or need not arrive."""
        lines = Counter(quarantined(self._machine, quarantine_of(path)))
        target = self._ledger.names.target(path)
        lines.update(self._ledger.debts.remnants.get(target, ()))
        lines.update(self._ledger.debts.by_hand.destroyed.get(target, ()))
        for drop in self._machine.drops:
            lines.update(drop.lines)
        return lines

    def _removed_after_delivery(self) -> Iterator[Finding]:
        early = list(self._removed_early())
        if self._excused.queued(sum(missing.total() for _, missing in early)):
            return
        for replayed, missing in early:
            message = f"{replayed.path} was removed with {so_many(missing.total())} not delivered"
            evidence = self._missing(missing, replayed.target)
            yield self._breach(Failure.RESCUE_REMOVED_AFTER_DELIVERY, message, evidence, replayed.time)

    def _removed_early(self) -> Iterator[tuple[Replayed, CountedLines]]:
        """Files that were replayed and removed, and which of their lines had not arrived by then."""
        inventory = self._ledger.inventory
        for replayed in self._history.replays:
            if replayed.removed_at is None or replayed.is_past or not inventory.is_file(replayed.target):
                continue
            target = inventory.content(replayed.target)
            if block_of(replayed, target) is not None:
                continue
            missing = Counter(line for line in replayed.lines if line.strip())
            missing = minus(missing, Counter(split_lines(target[: replayed.removed_at])))
            missing = minus(missing, self._elsewhere(replayed.path))
            missing = minus(missing, self._excused.lost(replayed.target))
            if missing:
                yield replayed, missing

    def _has_one_writer(self, target: str) -> bool:
        """Whether one sink alone writes to it: the lines of two, or of replicas, come in between each other."""
        return max([writers_of(project).get(target, 0) for project in self._ledger.projects]) == 1

    def _has_order(self, target: str) -> bool:
        """Whether lines come to it in their order, and stay so, as not in every table."""
        return self._has_one_writer(target) and not self._ledger.inventory.is_reordered(target)

    def _order(self) -> Iterator[Finding]:
        for target in filter(self._has_order, self._ledger.dues.tallies()):
            for found in disordered(self._ledger, self._history, target):
                message = f"lines of {found.source} stand in {target} in another order"
                yield self._breach(Failure.ORDER, message, found, trail=self._trail([found.late], target))

    def _starved(self, programs: Iterable[Program]) -> Iterator[Finding]:
        """`no_starvation`: a recovery that says it has nothing to do has left no file that it could replay."""
        for path in self._starvation.passed_over(programs):
            trail = trail_of_waiting(self._history, path)
            yield self._breach(Failure.NO_STARVATION, f"{path} was never replayed", trail)

    def _unread(self) -> Iterator[Finding]:
        """`no_starvation` again: a wparse that says it has nothing to do has read its input."""
        for path, lines in self._starvation.unread():
            what = f"{so_many(lines)} of {path} never read"
            message = f"{what}, and wparse says that it has nothing to do"
            yield self._breach(Failure.NO_STARVATION, message, trail_of_unread(self._machine, path, lines))

    def _trail(self, lines: Iterable[bytes], target: str) -> Trail:
        return trail_of(self._history, lines, target)

    def _missing(self, lines: Iterable[bytes], target: str) -> Trail:
        return trail_of(self._history, lines, target, stands=False)

    def _breach(
        self,
        code: Failure,
        message: str,
        evidence: Iterable[str],
        time: int | None = None,
        *,
        help_: str = "",
        trail: Trail | None = None,
    ) -> Finding:
        name, machine = code.name.lower(), self._machine
        return found_now(machine, code, message, name=name, evidence=evidence, help_=help_, time=time, trail=trail)

    def _first(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those whose invariant held until now."""
        new = [finding for finding in findings if finding.name not in self._broken]
        self._broken.update([finding.name for finding in new])
        return new
