"""What somebody has changed by hand while replays go on: these can't be held to what was there before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from wptest.judge.inventory import Inventory
from wptest.judge.line_counts import NONE, CountedLines, both, either, minus, split_lines

Missing = Mapping[str, tuple[CountedLines, CountedLines]]  # by target: lost, and maybe in memory that nobody sees


class Gone(NamedTuple):
    """What is not where it should be: lines that are nowhere, and such as are written down as arrived."""

    missing: Missing = MappingProxyType({})
    acknowledged: Mapping[str, CountedLines] = MappingProxyType({})


@dataclass(slots=True)
class ChangesByHand:
    """What has been changed.

    Attributes:
        targets: those that somebody has changed since a replay has said behind which byte nothing but its lines
            stands: the next recovery can't know what there is its own to cut off.
        taken: by target, lines of rescue files that somebody has taken out of them: they may have arrived, and not
            be durable there.
        destroyed: by target, lines that went with it after a checkpoint or an intent had counted them as arrived.
            No recovery sends them again, but one that has lost these.
        put: what somebody has put into targets and rescue files, by target: it may stand between any other lines.
        aside: what somebody has put into quarantines, by target: no program has put it aside.
    """

    targets: set[str] = field(default_factory=set)
    taken: dict[str, CountedLines] = field(default_factory=dict)
    destroyed: dict[str, CountedLines] = field(default_factory=dict)
    put: list[tuple[str, bytes]] = field(default_factory=list)
    aside: dict[str, CountedLines] = field(default_factory=dict)

    @contextmanager
    def changing(
        self, inventory: Inventory, paths: Collection[str], doubtful: dict[str, CountedLines]
    ) -> Iterator[None]:
        """Somebody changes these files: what is open of replays into targets among them holds no more.

        What a dead recovery has sent since its last checkpoint is sent again, as it isn't found where it should be,
        and so is `doubtful`: the other choice would be to lose some of it.
        """
        targets = sorted(inventory.paths.intersection(paths))
        unsure = {each: list(inventory.replaying.sent_since_checkpoint(each)) for each in targets}
        before = {each: inventory.content_now(each) for each, sent in unsure.items() if sent}
        in_files = dict(inventory.replaying.in_files(paths))
        yield
        for target, content in before.items():
            if inventory.content_now(target) != content:
                self.targets.add(target)
                doubtful[target] = sum(unsure[target], doubtful.get(target, NONE))
        left = dict(inventory.replaying.in_files(paths))
        for path, (target, lines) in in_files.items():
            self.taken[target] = self.taken.get(target, NONE) + minus(lines, left.get(path, (target, NONE))[1])

    def undelivered(self, inventory: Inventory) -> dict[tuple[str, str], CountedLines]:
        """What has not arrived, by target and place, but for lines that no replay sends again as they had arrived.

        They went with their target, and may stand in their file all the same: that keeps no other that is equal.
        """
        found = inventory.undelivered(Counter[bytes])
        for target, lines in (inventory.acknowledged() if self.destroyed else {}).items():
            past = both(lines, self.destroyed.get(target, NONE))
            if rescued := found.get((target, "rescued"), NONE) if past else NONE:
                found[target, "rescued"] = minus(rescued, past)
        return found

    def put_back(self, inventory: Inventory, target: str, lines: CountedLines) -> CountedLines:
        """What of these was taken out of a rescue file and had arrived: nobody can tell one from the other."""
        taken = self.taken.get(target, NONE)
        back = both(both(lines, taken), inventory.lines(target)) if taken and target in inventory.paths else NONE
        if back:
            self.taken[target] = minus(taken, back)
        return back

    def sent_since(self, inventory: Inventory, doubtful: dict[str, CountedLines]) -> None:
        """A recovery has died: what it has sent after such a change comes again as well."""
        for target in sorted(self.targets):
            for sent in inventory.replaying.sent_since_checkpoint(target):
                doubtful[target] = either(doubtful.get(target, NONE), sent)

    def sent(self, inventory: Inventory) -> dict[str, CountedLines]:
        """By target, what stands there of lines that are in rescue files as well, as their replays have begun."""
        found: dict[str, CountedLines] = {}
        for _, (target, lines) in inventory.replaying.in_files(sorted(inventory.begun_replays() or ())):
            if target in inventory.paths:
                found[target] = found.get(target, NONE) + both(lines, inventory.lines(target))
        return found

    def gone_with_targets(
        self, inventory: Inventory, sent: Mapping[str, CountedLines], owed: Mapping[str, CountedLines]
    ) -> dict[str, CountedLines]:
        """What of that somebody has destroyed since: a replay that lives takes it for delivered."""
        gone = {
            target: both(minus(lines, inventory.lines(target)), owed.get(target, NONE))
            for target, lines in sent.items()
        }
        for target, lines in gone.items():
            self.destroyed[target] = self.destroyed.get(target, NONE) + lines
        return gone

    def still_promised(self, promised: Mapping[str, CountedLines]) -> dict[str, CountedLines]:
        """What of lines that no power loss may take is not taken by somebody else."""
        return {target: minus(lines, self.taken.get(target, NONE)) for target, lines in promised.items()}

    def copy(self) -> ChangesByHand:
        """The same, to be gone on with apart."""
        taken, destroyed, put, aside = self.taken.copy(), self.destroyed.copy(), self.put.copy(), self.aside.copy()
        return ChangesByHand(self.targets.copy(), taken, destroyed, put, aside)

    def lines_put(self, target: str) -> set[bytes]:
        """The lines for a target that somebody has put where they are."""
        return {line for known, data in self.put if known == target for line in split_lines(data)}
