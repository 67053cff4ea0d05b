"""What the rescue root says of replays: which have begun, how far they have come, and what is in their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine.machine import Machine
from engine.storage.disk_port import read_all
from wptest.judge.line_counts import NONE, CountedLines, minus, split_lines, whole_lines, without_blank
from wptest.judge.rescue_names import RescueFileNames, lines_of, may_be_replayed, quarantine_of, quarantined
from wptest.judge.written_down.begun import begun_replays, others_ends, unacknowledged
from wptest.judge.written_down.checkpoints import DoneWith, UnreadableCheckpointError, read_checkpoint


@dataclass(frozen=True, slots=True)
class Replaying:
    """Reads it off the disk."""

    machine: Machine
    root: str
    names: RescueFileNames

    def begun(self) -> set[str] | None:
        """Rescue files whose lines may have arrived in part; None when the checkpoint can't tell."""
        try:
            intended = {each.path for each in begun_replays(self.machine.disk, self.root)}
            return set(read_checkpoint(self.machine, self.root)) | intended
        except UnreadableCheckpointError:
            return None

    def done_with(self, targets: Collection[str]) -> dict[str, CountedLines]:
        """By target, the lines that a checkpoint or an intent counts as done with, and that no quarantine has."""
        done: dict[str, CountedLines] = {}
        for path, entry in self._furthest().items():
            target = self.names.target(path)
            if target in targets:
                lines = without_blank(split_lines(lines_of(self.machine, path))[: entry.lines])
                arrived = minus(Counter(lines), Counter(quarantined(self.machine.disk, quarantine_of(path))))
                done[target] = done.get(target, NONE) + arrived
        return done

    def _furthest(self) -> dict[str, DoneWith]:
        """How far each rescue file is done with, by what says most of it."""
        try:
            entries = [*read_checkpoint(self.machine, self.root).items()]
        except UnreadableCheckpointError:
            entries = []
        entries += [(each.path, each.done_with) for each in begun_replays(self.machine.disk, self.root)]
        content = {path: read_all(self.machine.disk, path) for path, _ in entries}
        furthest: dict[str, DoneWith] = {}
        for path, entry in entries:
            known = furthest.get(path)
            if entry.is_of(content[path]) and (known is None or entry.lines > known.lines):
                furthest[path] = entry
        return furthest

    def in_files(self, paths: Collection[str]) -> Iterator[tuple[str, tuple[str, CountedLines]]]:
        """The rescue files among these, whose lines they have, and which."""
        for path in paths:
            if path.startswith(f"{self.root}/") and may_be_replayed(path):
                yield path, (self.names.target(path), Counter(split_lines(lines_of(self.machine, path))))

    def others_ends(self) -> dict[str, int | None]:
        """See `begun.others_ends`."""
        return others_ends(self.machine.disk, self.root)

    def sent_since_checkpoint(self, target: str) -> Iterator[CountedLines]:
        """For each replay into a target that isn't closed: the lines there of which no checkpoint says anything."""
        for since in unacknowledged(self.machine, self.root, target):
            yield Counter(split_lines(whole_lines(read_all(self.machine.disk, target)[since:])))
