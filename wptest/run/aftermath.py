"""What a crash leaves of a run, besides its disk: the machine is restarted with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.machine.machine import Drop, Unanswered
from wptest.judge.changes_by_hand import ChangesByHand
from wptest.judge.history import Replayed
from wptest.judge.line_counts import CountedLines
from wptest.judge.moved_files import MovedFiles


class Aftermath(NamedTuple):
    """What a crash leaves besides the disk.

    Attributes:
        wall: the wall clock, in nanoseconds since the epoch.
        owed: what every target is owed: all that the crash had no right to take.
        doubtful: by target, lines of which nobody can say whether they are gone.
        remnants: by target, torn ends that earlier crashes left.
        ends: by target, where the last one of these began, in bytes.
        cleaned: by target, lines of removed files that a power loss may have brought back.
        by_hand: what somebody has changed while replays went on.
        replays: the rescue files that had been replayed and removed.
        drops: what strategies had given up.
        unanswered: what had been sent, and nobody has heard whether it has arrived.
        delivered: how many lines each sink had been given.
        moved_files: what files were called that somebody has renamed.
        read: by number, how much of each input file had been read.
    """

    wall: int
    owed: Mapping[str, CountedLines]
    doubtful: Mapping[str, CountedLines]
    remnants: Mapping[str, CountedLines]
    ends: Mapping[str, int]
    cleaned: Mapping[str, CountedLines]
    by_hand: ChangesByHand
    replays: tuple[Replayed, ...]
    drops: tuple[Drop, ...]
    unanswered: tuple[Unanswered, ...]
    delivered: Mapping[str, int]
    moved_files: MovedFiles
    read: Mapping[int, int]
