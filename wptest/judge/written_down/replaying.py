"""What the rescue root says of replays: which have begun, how far they have come, and what is in their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import chain

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

    def done_with(self, targets: Collection[str], latest_name: Callable[[str], str]) -> dict[str, CountedLines]:
        """By target, the lines that a checkpoint or an intent counts as done with, and that no quarantine has.

        `latest_name` tells what a file is called by now that had a name when that was written down.
        """
        done: dict[str, CountedLines] = {}
        for path, (before, entry) in self._furthest(latest_name).items():
            target = self.names.target(before)
            if target in targets:
                lines = without_blank(split_lines(lines_of(self.machine, path))[: entry.lines])
                aside = (quarantined(self.machine, quarantine_of(each)) for each in {path, before})
                done[target] = done.get(target, NONE) + minus(Counter(lines), Counter(chain.from_iterable(aside)))
        return done

    def _furthest(self, latest_name: Callable[[str], str]) -> dict[str, tuple[str, DoneWith]]:
        """By its name now, what each rescue file was called, and how far it is done with by what says most."""
        try:
            entries = [*read_checkpoint(self.machine, self.root).items()]
        except UnreadableCheckpointError:
            entries = []
        entries += [(each.path, each.done_with) for each in begun_replays(self.machine.disk, self.root)]
        furthest: dict[str, tuple[str, DoneWith]] = {}
        content = {path: read_all(self.machine.disk, latest_name(path)) for path, _ in entries}
        for path, entry in entries:
            _, known = furthest.get(latest_name(path), (path, DoneWith(-1)))
            if entry.is_of(content[path]) and entry.lines > known.lines:
                furthest[latest_name(path)] = path, entry
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
