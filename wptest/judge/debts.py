"""What is excused: lines that are gone and that no program is to blame for, and torn ends that dead writers left.

A scenario may kill programs and say that what only they had may be lost; somebody may destroy files by hand; a
power loss takes what was not durable. Such lines are not owed any more. Only what is nowhere because of that may be
written off: a line that was missing before is a loss, whatever happened afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from engine.machine import Program
from wptest.judge.changes_by_hand import ChangesByHand, Gone, Missing
from wptest.judge.dues import Dues
from wptest.judge.inventory import Inventory
from wptest.judge.line_counts import (
    LASTING,
    NONE,
    CountedLines,
    are_different,
    both,
    either,
    minus,
)
from wptest.judge.rescue_names import RescueFileNames


class Left(NamedTuple):
    """What is left for the targets when something has been taken: what they are owed, and what is doubtful."""

    owed: Mapping[str, CountedLines]
    doubtful: Mapping[str, CountedLines]


class Debts:
    """Writes off what nobody is to blame for.

    Attributes:
        remnants: by target, torn ends that dead writers left, as often: whoever writes next makes lines of them.
        ends: by target, where the last one of these began, in bytes.
        cleaned: by target, lines of files whose removal is not durable yet: a power loss may bring them back.
        by_hand: what somebody has changed while replays go on.
        doubtful: by target, lines that are not owed any more and may come all the same: some are gone, but
            whether it was these or others that are equal, nobody can say.
    """

    def __init__(
        self, dues: Dues, inventory: Inventory, programs: Sequence[Program], names: RescueFileNames
    ) -> None:
        self.remnants: dict[str, CountedLines] = {}
        self.ends: dict[str, int] = {}
        self.cleaned: dict[str, CountedLines] = {}
        self.doubtful: dict[str, CountedLines] = {}
        self.by_hand = ChangesByHand()
        self._dues = dues
        self._inventory = inventory
        self._programs = programs
        self._names = names
        # What the next recovery has to cut off: torn ends of dead ones, and holes that a power loss has left.
        self._half_done: dict[str, CountedLines] = {}
        self._holes: dict[str, CountedLines] = {}

    def missing(self) -> Missing:
        """The lines that are nowhere now and don't come again, by target."""
        undelivered = self.by_hand.undelivered(self._inventory)
        hidden, again = self._inventory.hidden, self._dues.read_again()
        found = {}
        for target, owed in self._dues.lines().items():
            gone = self._inventory.missing(target, owed, undelivered)
            if gone := minus(gone, again.get(target, NONE)):
                found[target] = (NONE, gone) if hidden else (gone, NONE)
        return found

    def after_kill(self) -> Left:
        """What each target is still owed when every program dies now: what only they had is gone for good."""
        return self._left_without(self._programs)

    def write_off_memory(self, program: Program) -> None:
        """A program is killed, and nobody is to blame for what only it has.

        Call it before the kill; for a program that can't be looked into after it, when all has come out that will.
        """
        owed = self._dues.lines()
        left = Left(self._owed_and_kept(), self.doubtful) if program.opaque else self._left_without([program])
        self.doubtful = dict(left.doubtful)
        gone = {target: minus(lines, left.owed[target]) for target, lines in owed.items()}
        self._write_off({target: lines for target, lines in gone.items() if lines})

    @contextmanager
    def destroying(self) -> Iterator[None]:
        """Somebody destroys files by hand, and no program is to blame for what only these had."""
        before = self.gone()  # what was lost already stays a loss: it must not go with what is destroyed now
        replays = any(each.name == "wprescue" and each.process.alive for each in self._programs)
        sent = self.by_hand.sent(self._inventory) if replays else {}
        yield
        gone = self._forgive(before)
        cut = self.by_hand.gone_with_targets(self._inventory, sent, self._dues.lines())
        self._dues.write_off(cut)
        for target, lines in (
            (*gone.items(), *cut.items()) if replays else ()
        ):  # a file that is open is gone on with
            self.doubtful[target] = self.doubtful.get(target, NONE) + lines

    def gone(self) -> Gone:
        """What is gone, whoever is to blame for it."""
        return Gone(self.missing(), self._inventory.acknowledged())

    def start_afresh(self, before: Gone) -> None:
        """An operator has removed a file of an earlier run: what only it had is not owed any more."""
        for target, lines in self._forgive(before).items():
            self.cleaned[target] = self.cleaned.get(target, NONE) + lines
        if not any(program.name == "wparse" and program.process.alive for program in self._programs):
            self._dues.inputs.begin_anew()  # whoever reads it again is to deliver it again

    def excuse_torn_ends(self, before: Mapping[str, CountedLines], *, for_good: bool = True) -> None:
        """The writers of the targets' torn ends are dead; `before` are those that were excused already.

        Those of a recovery are not excused `for_good`: the next one has to cut them off.
        """
        self.remnants = dict(before)
        for target in sorted(self._inventory.written()):
            self._excuse_ends(target, for_good=for_good or target in self.by_hand.targets)
        self.by_hand.sent_since(self._inventory, self.doubtful)

    def _excuse_ends(self, target: str, *, for_good: bool) -> None:
        """Excuse a torn end; those of files that were taken away always for good, as nobody comes to them again."""
        if target in self._inventory.moved_files.rotated:
            torn = self._inventory.torn_ends_taken_away(target)
            self.remnants[target] = self.remnants.get(target, NONE) | torn
        if torn_now := self._inventory.torn_end(target):
            excused = self.remnants if for_good else self._half_done
            before, end = excused.get(target, NONE), Counter([torn_now])
            begins = self._inventory.size(target) - len(torn_now)
            excused[target] = before | end if self.ends.get(target) == begins else before + end
            self.ends[target] = begins

    def excuse_cut(self, path: str) -> None:
        """Somebody has cut a target or a rescue file by hand: the part of a line at its end is nobody's fault."""
        if part := self._inventory.torn_end(path):
            target = path if path in self._inventory.paths else self._names.target(path)
            self.remnants[target] = self.remnants.get(target, NONE) | Counter([part])

    def excuse_edit(self, target: str, lines: CountedLines) -> None:
        """Somebody has put these lines in the place of others by hand: they may arrive, and need not."""
        self.remnants[target] = self.remnants.get(target, NONE) | lines

    def put_back(self, target: str, lines: CountedLines) -> CountedLines:
        """Which of the lines that somebody puts into a rescue file need not come: see `ChangesByHand.put_back`."""
        if back := self.by_hand.put_back(self._inventory, target, lines):
            self.doubtful[target] = self.doubtful.get(target, NONE) + back
        return back

    def remains(self, target: str) -> CountedLines:
        """What stands in a target as a line and is nobody's: for good, or until a recovery has been there."""
        return self.remnants.get(target, NONE) + self._holes.get(target, NONE)

    @property
    def until_recovered(self) -> tuple[Mapping[str, CountedLines], Mapping[str, CountedLines]]:
        """By target, the torn ends and the holes that are excused until a recovery has been there."""
        return self._half_done, self._holes

    def is_repaired(self, target: str) -> None:
        """A recovery has added lines to a target, or is done: what it had to cut off is no longer excused."""
        self._holes.pop(target, None)

    def is_excused(self, target: str, torn: bytes) -> bool:
        """Whether a torn end is one that a dead writer left."""
        return torn in self.remnants.get(target, NONE) or torn in self._half_done.get(target, NONE)

    def write_off_all_but(self, promised: Mapping[str, CountedLines]) -> None:
        """A power loss took what it could: from now on only what was promised is owed, and what is still there.

        Zeros that it left in targets stay there, but where a recovery had begun and has to cut them off.
        """
        self.excuse_power_loss()
        promised = self.by_hand.still_promised(promised)
        undelivered = self._inventory.undelivered(Counter[bytes])
        owed, opening = self._dues.lines(), {}
        for target in dict.fromkeys([*owed, *self.cleaned]):
            due, left = owed.get(target, NONE), promised.get(target, NONE)
            if target in self.cleaned:
                due = due + self.cleaned[target]
            if are_different(due):  # then it is enough to know which are there
                for there in self._inventory.there(target, undelivered):
                    left = either(left, there)
                opening[target] = both(due, left)
            else:
                least, most = self._inventory.at_least_and_most(target, undelivered)
                left = either(left, least)
                opening[target] = both(due, left)
                if doubtful := minus(both(due, most), opening[target]):
                    self.doubtful[target] = self.doubtful.get(target, NONE) + doubtful
            # More than was owed would let a program send lines twice.
            assert opening[target].total() <= min(due.total(), left.total()), target
        self._dues.begin_anew(opening)

    def _owed_and_kept(self) -> dict[str, CountedLines]:
        """What is owed, and is somewhere, or can be read again."""
        undelivered, there = self.by_hand.undelivered(self._inventory), self._dues.within_reach()
        owed_and_gone = (
            (target, owed, self._inventory.missing(target, owed, undelivered, LASTING))
            for target, owed in self._dues.lines().items()
        )
        return {target: minus(owed, minus(gone, there.get(target, NONE))) for target, owed, gone in owed_and_gone}

    def _held(self, programs: Iterable[Program]) -> dict[str, CountedLines]:
        """What only these programs have: where the position of the input is kept, that can be read again."""
        held, there = self._inventory.held(programs), self._dues.within_reach()
        only = {target: minus(lines, there.get(target, NONE)) for target, lines in held.items()}
        return {target: lines for target, lines in only.items() if lines}

    def _left_without(self, programs: Sequence[Program]) -> Left:
        """What is owed but for what these programs hold, and is nowhere else."""
        owed, held = self._dues.lines(), self._held(programs)
        if not held:
            return Left(owed, self.doubtful)
        undelivered = self.by_hand.undelivered(self._inventory)
        left, doubtful = dict(owed), dict(self.doubtful)
        for target, lines in owed.items():
            if target in held and are_different(lines):
                missing = self._inventory.missing(target, lines, undelivered, LASTING)
                left[target] = minus(lines, both(missing, held[target]))
            elif target in held:
                # What a recovery holds is in its file: only that may be gone which others hold.
                only = self._held(each for each in programs if each.name != "wprescue")
                least, most = self._inventory.at_least_and_most(target, undelivered)
                gone = both(minus(lines, least), only.get(target, NONE))
                left[target] = minus(lines, gone)
                if unsure := minus(gone, minus(lines, most)):
                    doubtful[target] = doubtful.get(target, NONE) + unsure
        for target in self._inventory.tables:  # what they have sent, a server may do when they are dead
            if target in held and (gone := minus(owed.get(target, NONE), left.get(target, NONE))):
                doubtful[target] = either(doubtful.get(target, NONE), self.doubtful.get(target, NONE) + gone)
        return Left(left, doubtful)

    def _forgive(self, before: Gone) -> dict[str, CountedLines]:
        """Nobody is to blame for what was not missing `before` and is now; which lines these are.

        What was unseen then has come out since if no such program lives any more, and may well be among them.
        Of equal lines more may be gone than are missing: a replay's stand in its file and in the target.
        """
        gone, undelivered = {}, self.by_hand.undelivered(self._inventory)
        missing, again = self.missing(), self._dues.read_again()
        for target, owed in self._dues.lines().items():
            lost, unseen = missing.get(target, (NONE, NONE))
            lost_before, unseen_before = before.missing.get(target, (NONE, NONE))
            known = either(lost_before, unseen_before) if unseen else lost_before
            now = either(lost, unseen)
            if not (are_different(owed) or unseen or self._inventory.hidden):
                now = self._maybe_gone(target, owed, undelivered)
            if lines := minus(minus(now, known), again.get(target, NONE)):
                gone[target] = lines
                if unsure := minus(lines, either(lost, unseen)):
                    self.doubtful[target] = self.doubtful.get(target, NONE) + unsure
        self._write_off(gone)
        self._forgive_acknowledged(before)
        return gone

    def _forgive_acknowledged(self, before: Gone) -> None:
        """Lines of a replay stand in its file too, but it is written down that it is past them."""
        for target, lines in self._inventory.acknowledged().items():
            known = before.acknowledged.get(target, NONE) + self.by_hand.destroyed.get(target, NONE)
            if lines := both(minus(lines, known), self._dues.lines().get(target, NONE)):
                self._dues.write_off({target: lines})
                self.by_hand.destroyed[target] = self.by_hand.destroyed.get(target, NONE) + lines
                self.doubtful[target] = self.doubtful.get(target, NONE) + lines

    def _maybe_gone(
        self, target: str, owed: CountedLines, undelivered: Mapping[tuple[str, str], CountedLines]
    ) -> CountedLines:
        """What of `owed` may be nowhere, where lines are equal."""
        least, _ = self._inventory.at_least_and_most(target, undelivered)
        # What a recovery holds is in its file.
        held = self._inventory.held(each for each in self._programs if each.name != "wprescue")
        return minus(minus(owed, least), held.get(target, NONE))

    def _write_off(self, gone: Mapping[str, CountedLines]) -> None:
        # What is not missing can't be written off: it would not be owed, and be invented where it arrives.
        assert all(lines <= self._dues.lines().get(target, NONE) for target, lines in gone.items())
        self._dues.write_off(gone)

    def excuse_power_loss(self) -> None:
        """What a power loss leaves of lines that nobody writes again stays in targets: torn ends, and zeros.

        What it leaves of a replay's lines, the next recovery has to cut off.
        """
        damaged = [target for target in sorted(self._inventory.written()) if not self._inventory.is_sound(target)]
        if not damaged:
            return
        begun = {self._names.target(path) for path in self._inventory.begun_replays() or ()}
        ends = self._inventory.replaying.others_ends()
        for target in damaged:
            content, now = self._inventory.content(target), self._inventory.content_now(target)
            if b"\0" in content:
                others = ends.get(target, 0 if target in begun else None)
                end = None if target in self.by_hand.targets else others
                before = content[: len(content) - len(now)] + now[:end]
                *lines, torn = before.split(b"\n")
                holes = Counter(line for line in lines if b"\0" in line)
                if holes or b"\0" in torn:
                    self.remnants[target] = self.remnants.get(target, NONE) | (holes + Counter([torn]))
                if rest := Counter(line for line in content.split(b"\n") if b"\0" in line) - holes:
                    self._holes[target] = rest
            self._excuse_ends(target, for_good=target not in begun or target in self.by_hand.targets)
