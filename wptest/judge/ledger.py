"""The ledger: every line that was ever issued, and the accounts of what became of it.

A line's identity is its bytes, and equal lines are counted. What should be at a sink is in `dues`, where lines are
is looked up in the `inventory`, and what nobody is to blame for is in `debts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from engine.kernel import Event
from engine.machine import Machine, Program
from engine.project.model import Project
from engine.storage.disk_port import read_all
from wptest.judge.debts import Debts
from wptest.judge.dues import Dues
from wptest.judge.inventory import Inventory
from wptest.judge.line_counts import (
    FRESH,
    NONE,
    UNDELIVERED,
    ByPlace,
    CountedLines,
    Tally,
    both,
    either,
    minus,
    more_lines,
    plus,
    split_lines,
)
from wptest.judge.rescue_names import (
    RescueFileNames,
    as_sent,
    has_quarantine_name,
    lines_of,
    may_be_replayed,
    quarantined_in,
    rescue_file_of,
)
from wptest.judge.written_down.checkpoints import checkpoint_place


def _none() -> CountedLines:
    return NONE


@dataclass(slots=True)
class TargetAccount:
    """One target's lines by what became of them.

    Every owed line is in exactly one of the places: delivered, rescued, stranded, quarantined, dropped, in
    flight, or lost. Duplicates and invented lines are delivered ones that nobody owed; `read_twice` are duplicates
    that a program may have read from the input once more. `doubled` lines stand in a rescue file that nobody has
    begun to replay although they have arrived, or stand in another one, too. `ghosts` are in a table although their
    program has put them aside or given them up. Of duplicates, doubled ones and ghosts those are `unanswered` of
    which nobody has heard whether their sink had them. `unseen` are those in flight that nobody sees: they are
    nowhere, and a program that can't be looked into lives.
    """

    owed: int = 0
    delivered: int = 0
    rescued: int = 0
    stranded: int = 0
    quarantined: int = 0
    dropped: int = 0
    in_flight: int = 0
    lost: CountedLines = field(default_factory=_none)
    duplicates: CountedLines = field(default_factory=_none)
    read_twice: CountedLines = field(default_factory=_none)
    invented: CountedLines = field(default_factory=_none)
    doubled: CountedLines = field(default_factory=_none)
    ghosts: CountedLines = field(default_factory=_none)
    unanswered: CountedLines = field(default_factory=_none)
    unseen: CountedLines = field(default_factory=_none)
    torn: bytes = b""

    @property
    def undelivered(self) -> dict[str, int]:
        """How many owed lines are in each place but the target."""
        return {place: int(getattr(self, place)) for place in UNDELIVERED}

    @property
    def balances(self) -> bool:
        """Whether every owed line is in exactly one place: else a loss could hide behind a line counted twice."""
        undelivered = self.rescued + self.stranded + self.quarantined + self.dropped + self.in_flight
        return self.owed == self.delivered + undelivered + self.lost.total()


class Ledger:
    """Keeps the books of one run. Make it when the stage is set and before the first program starts.

    Where every line is in exactly one place, as is nearly always so, tallies are enough to prove it; the lines
    themselves are counted only where they aren't.

    `opening` is what every target is owed at the start; without it, that follows from the files that are there, but
    for those that are `unowed`.

    Attributes:
        names: whose lines a rescue file has.
        dues: what should be at the targets.
        inventory: where lines are.
        debts: what is excused.
        programs: all that were ever started.
        projects: those that programs were started with, the latest first.
        forgives_rereading: what comes twice since a program has read its input again is all right (D36).
    """

    def __init__(
        self,
        machine: Machine,
        project: Project,
        programs: list[Program],
        opening: Mapping[str, CountedLines] | None = None,
        unowed: Collection[str] = (),
    ) -> None:
        self.names = RescueFileNames(project)
        self.dues = Dues(machine, project, opening or {})
        self.inventory = Inventory(machine, project, programs, self.names)
        self.debts = Debts(self.dues, self.inventory, programs, self.names)
        self.programs = programs
        self.projects = self.names.projects
        self._checkpoint_by_hand: bytes | None = None
        self.forgives_rereading = False
        self._machine = machine
        self._rescue_root = f"{project.rescue_root}/"
        self._checkpoint = checkpoint_place(machine, project.rescue_root)
        machine.trace.listen("intent.saved", self._intent_saved)
        machine.trace.listen("closing", self._closing_began)
        self._moved_nothing = 0  # events by which no line can have come elsewhere
        self._booked: tuple[tuple[int, int], dict[str, TargetAccount]] = ((-1, -1), {})
        if opening is None:
            for path in machine.disk.list(""):
                if path not in unowed:
                    self.book_file(path)

    def follow(self, process: str, project: Project) -> list[str]:
        """A program is started with this project; what of that the books can't follow."""
        unfollowed = list(dict.fromkeys(why for known in self.projects for why in why_not_followed(known, project)))
        self.names.follow(project)
        self.dues.follow(process, project, self.names.target)
        self.inventory.follow(project)
        return unfollowed

    def accounts(self) -> dict[str, TargetAccount]:
        """The books now, by target: a sink's path, or the name where it has none or is unknown."""
        now = (self._machine.work - self._moved_nothing, self._machine.trace.operations)
        if self._booked[0] != now:
            self._booked = (now, self._book())
        return self._booked[1]

    def book_file(self, path: str, before: bytes = b"") -> None:
        """Book a file that nobody wrote but the scenario: a rescue file's or a target's lines are owed from now.

        Of one that was there `before`, these are the lines that come behind what it had. Where it was changed
        within, nothing more is owed: whether a line arrives that stands in the place of another depends on whether
        that one had arrived.
        """
        self.inventory.know(path)
        data = self.inventory.content(path)
        if has_quarantine_name(path) and path.startswith(self._rescue_root):
            self._put_into_quarantine(path, before)
        if path == self._checkpoint:
            self._checkpoint_by_hand = read_all(self._machine.disk, path)
        if not data.startswith(before) or before[-1:] not in (b"", b"\n"):
            if self._is_rescue_file(path):  # what stands in a target is damage, and no line that anybody sent
                self.debts.excuse_edit(self.names.target(path), Counter(more_lines(data, before)))
        elif len(data) > len(before) or not before:
            self.book_lines(path, data[len(before) :])

    def _put_into_quarantine(self, path: str, before: bytes) -> None:
        target, by_hand = self.names.target(rescue_file_of(path)), self.debts.by_hand
        now = read_all(self._machine.disk, path) or b""
        put = minus(*(quarantined_in(self._machine, data) for data in (now, before)))
        by_hand.aside[target] = by_hand.aside.get(target, NONE) + put

    def book_lines(self, path: str, data: bytes, behind: bytes = b"") -> None:
        """Book what nobody wrote into a rescue file or a target but the scenario, behind what that had.

        Where this ended in a part of a line, the first one is glued to it: that is damage, and no line that anybody
        sent. What had been taken out of a rescue file when it had arrived is owed no second time.
        """
        target, is_rescue = self._target(path), self._is_rescue_file(path)
        if target is None:
            return
        if torn := behind[behind.rfind(b"\n") + 1 :]:
            first, _, data = data.partition(b"\n")
            self.debts.excuse_edit(target, Counter([torn + first]))
        if is_rescue:
            data = as_sent(self._machine, data)
            taken = target in self.debts.by_hand.taken  # else the lines, which may be a million, need no counting
            if back := self.debts.put_back(target, Counter(split_lines(data))) if taken else NONE:
                data = b"".join(line + b"\n" for line in minus(Counter(split_lines(data)), back).elements())
        self.debts.by_hand.put.append((target, data))
        self.dues.book(path, target, data, is_rescue=is_rescue)

    @property
    def checkpoint_is_by_hand(self) -> bool:
        """Whether what is in the checkpoint's place is what somebody has put there, and no program."""
        by_hand = self._checkpoint_by_hand
        return by_hand is not None and by_hand == read_all(self._machine.disk, self._checkpoint)

    def moved(self, path: str, to: str) -> None:
        """Somebody has taken what is at `path` to another place."""
        self.inventory.moved(path, to)

    def changing_by_hand(self, paths: Collection[str]) -> AbstractContextManager[None]:
        """See `ChangesByHand.changing`."""
        return self.debts.by_hand.changing(self.inventory, paths, self.debts.doubtful)

    def copied(self, path: str) -> None:
        """Somebody has put a copy at `path`: what had been destroyed of a rescue file may be there again."""
        if self._is_rescue_file(path):
            self.dues.owe_again(self.names.target(path), Counter(split_lines(lines_of(self._machine, path))))

    def _intent_saved(self, event: Event) -> None:
        """Somebody has looked at a target, and what is its own there is known from now on."""
        self.debts.by_hand.targets.discard(str(event.fields["target"]))

    def _closing_began(self, _event: Event) -> None:
        self._moved_nothing += 1

    def _is_rescue_file(self, path: str) -> bool:
        return path.startswith(self._rescue_root) and may_be_replayed(path)

    def _target(self, path: str) -> str | None:
        """The target that a file's lines are for, or that it is; None where it is neither."""
        if self._is_rescue_file(path):
            return self.names.target(path)
        return path if path in self.inventory.paths else None

    def _book(self) -> dict[str, TargetAccount]:
        owed = self.dues.tallies()
        undelivered = self.inventory.undelivered(Tally)
        accounts: dict[str, TargetAccount] = {}
        counted: tuple[ByPlace[CountedLines], dict[str, CountedLines]] | None = None
        for target in sorted({*owed, *self.inventory.written(), *(target for target, _ in undelivered)}):
            # Fingerprints say that no line is missing, not which one is: so lines are counted where they differ.
            account = self._settled(target, owed.get(target, Tally()), undelivered)
            if account is None:
                counted = counted or (self.inventory.undelivered(Counter[bytes]), self.dues.read_twice())
                account = self._counted(target, *counted)
            assert account.balances, f"{target}: {account}"
            accounts[target] = account
        return accounts

    def _settled(self, target: str, owed: Tally, undelivered: ByPlace[Tally]) -> TargetAccount | None:
        """The account of a target whose owed lines are each in exactly one place; None where they aren't."""
        elsewhere = {place: undelivered[target, place] for place in UNDELIVERED if (target, place) in undelivered}
        if target in self.inventory.paths:
            delivered, torn = self.inventory.tally(target)
        elif not elsewhere and self._machine.deliveries.total(target) == owed.lines:
            delivered, torn = owed, b""
        else:
            return None
        if sum(elsewhere.values(), delivered) != owed:
            return None
        account = TargetAccount(owed.lines, delivered.lines, torn=self._unexcused(target, torn))
        for place, tally in elsewhere.items():
            setattr(account, place, tally.lines)
        return account

    def _counted(
        self, target: str, undelivered: ByPlace[CountedLines], read_twice: Mapping[str, CountedLines]
    ) -> TargetAccount:
        """The account of a target line by line: a line in several places counts in the first of them only."""
        owed = self.dues.lines().get(target, NONE)
        delivered = self.inventory.delivered(target, owed, undelivered)
        torn = self.inventory.torn_end(target) if target in self.inventory.paths else b""
        account = TargetAccount(owed.total(), delivered.total(), torn=self._unexcused(target, torn))
        doubtful = self.debts.doubtful.get(target, NONE)
        if self.forgives_rereading:
            doubtful = plus(doubtful, read_twice.get(target, NONE))
        if more := minus(delivered, owed):
            wrong = minus(more, doubtful) if doubtful else more
            wrong = minus(wrong, self.debts.remains(target))  # a torn line may be equal to a whole one
            account.read_twice = both(wrong, read_twice.get(target, NONE))
            account.duplicates = Counter(
                {line: times for line, times in wrong.items() if line in owed or line in account.read_twice}
            )
            account.invented = minus(wrong, account.duplicates)
            account.delivered -= more.total()  # else a duplicate would stand for a line that is lost
        missing = minus(owed, delivered)
        if fresh := undelivered.get((target, FRESH)):
            # What is still missing at the target may rightly stand there; all else will come twice.
            account.doubled = minus(fresh, plus(plus(missing, doubtful), self.debts.remains(target)))
        if target in self.inventory.tables:
            aside = plus(undelivered.get((target, "quarantined"), NONE), undelivered.get((target, "dropped"), NONE))
            aside = minus(aside, self.debts.by_hand.aside.get(target, NONE))
            if aside:
                more = minus(plus(delivered, aside), plus(plus(owed, doubtful), self.debts.remains(target)))
                account.ghosts = both(more, both(aside, delivered))
        account.unanswered = both(
            either(either(account.duplicates, account.doubled), account.ghosts), self.inventory.unanswered(target)
        )
        for place in UNDELIVERED:
            lines = undelivered.get((target, place), NONE)
            if missing and lines:
                found = both(missing, lines)
                setattr(account, place, found.total())
                missing = minus(missing, found)
        if missing and (again := both(missing, self.dues.read_again().get(target, NONE))):
            account.in_flight += again.total()
            missing = minus(missing, again)
        if self.inventory.hidden:
            account.unseen = missing
            account.in_flight += missing.total()
        else:
            account.lost = missing
        return account

    def _unexcused(self, target: str, torn: bytes) -> bytes:
        return b"" if self.debts.is_excused(target, torn) else torn


def why_not_followed(known: Project, project: Project) -> Iterator[str]:
    """What a project has otherwise than one before it that leaves it open where lines belong."""
    if known is project:
        return
    if known.rescue_root != project.rescue_root:
        yield f"the rescue root was {known.rescue_root}, and is {project.rescue_root}"
    if known.inputs != project.inputs:
        yield f"the input was {' and '.join(known.inputs)}, and is {' and '.join(project.inputs)}"
    for sink in project.sinks:
        before = next((each for each in known.sinks if each.id == sink.id), sink)
        if before.path != sink.path:
            yield f"the sink {sink.id} wrote to {before.path or 'no file'}, and writes to {sink.path or 'no file'}"
