"""What replays have written down before they added to targets: the oracle's own reading, and none of the engine's.

Each target has a file `recover.intent-...` in the rescue root, JSON: which `target`, and by the path of a rescue
file what was `begun` with it. Nothing but its lines stands `behind` that byte of the target, `until` another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from engine.machine import Machine
from engine.storage.disk_port import Disk, files_below, read_all
from wptest.judge.written_down.checkpoints import DoneWith, UnreadableCheckpointError, read_checkpoint

_NAME = "recover.intent-"
_ASIDE = (".tmp", ".bad")


@dataclass(frozen=True, slots=True)
class Begun:
    """A replay that has begun.

    Attributes:
        path: its rescue file.
        target: where its lines go.
        behind: the byte behind which nothing else is; None when that holds no more.
        done_with: how far the file was dealt with when that was written down.
    """

    path: str
    target: str
    behind: int | None
    done_with: DoneWith


def begun_replays(disk: Disk, rescue_root: str) -> Iterator[Begun]:
    """The replays that have begun, as far as that can be read."""
    for name in files_below(disk, rescue_root):
        if not name.startswith(f"{rescue_root}/{_NAME}") or name.endswith(_ASIDE):
            continue
        try:
            written = json.loads(read_all(disk, name))
            for path, intent in written["begun"].items():
                behind = intent["behind"] if intent["until"] is None else None
                done_with = DoneWith(intent["lines"], intent["offset"], identity=intent["identity"])
                yield Begun(path, written["target"], behind, done_with)
        except (ValueError, TypeError, KeyError, AttributeError):
            continue


def others_ends(disk: Disk, rescue_root: str) -> dict[str, int | None]:
    """By target, where nothing but lines of a replay comes any more; None where that is nowhere so.

    Targets for which no replay has written that down are not there.
    """
    ends: dict[str, int | None] = {}
    for each in begun_replays(disk, rescue_root):
        known = [end for end in (ends.get(each.target), each.behind) if end is not None]
        ends[each.target] = min(known, default=None)
    return ends


def unacknowledged(machine: Machine, rescue_root: str, target: str) -> Iterator[int]:
    """For each replay into a target that isn't closed: from where on no checkpoint says what has arrived."""
    try:
        entries = read_checkpoint(machine, rescue_root)
    except UnreadableCheckpointError:
        entries = {}
    for each in begun_replays(machine.disk, rescue_root):
        if each.target == target and each.behind is not None:
            entry = entries.get(each.path)
            yield each.behind if entry is None else max(each.behind, entry.target)
