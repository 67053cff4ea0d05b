"""Lanes of rescue files: being written, waiting, replayed, and left behind by a writer that is dead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from engine.kernel import Event
from wptest.judge.trails.power_losses import TakenLines
from wptest.report.picture.bins import gathered, most_visible
from wptest.report.picture.drawer import Hears, States
from wptest.report.picture.lanes import Bar, LaneMark, RunLane, RunMoment

_LOCK = ".lock"
_Part = TypeVar("_Part", Bar, LaneMark)
_MOST = 8  # lanes; where there are more files, those that come later share the last one


@dataclass(slots=True)
class _File:
    states: States = field(default_factory=States)
    marks: list[LaneMark] = field(default_factory=list)
    writer: str = ""
    player: str = ""


class RescueFiles:
    """Draws each rescue file from its creation, or from when somebody first hears of it, to its removal."""

    def __init__(self, taken: Sequence[TakenLines] = ()) -> None:
        self._taken = taken
        self._files: dict[str, _File] = {}

    def hears(self) -> Mapping[str, Hears]:
        """See `Drawer`."""
        return {
            "rescue.created": self._created,
            "rescue.released": self._released,
            "recovery.file_began": self._replayed,
            "recovery.file_removed": self._removed,
            "recovery.file_skipped": self._skipped,
            "recovery.interrupted": lambda at, event: self._file(event).states.turn(at, "waiting", "interrupted"),
            "lock.adopted": lambda at, event: self._file(event).states.turn(at, "waiting", "adopted"),
            "hand.rename": self._renamed,
            "program.exited": self._ended,
            "program.killed": self._ended,
            "power.lost": self._power_lost,
            "restarted": self._all_ended,
        }

    def lanes(self, ends: RunMoment) -> Iterator[RunLane]:
        """See `Drawer`."""
        files = list(self._files.items())
        for path, file in files:
            file.states.turn(ends, "")
            if len(files) <= _MOST:
                yield RunLane("rescue", path, most_visible(file.states.bars, ends), gathered(file.marks, ends))
        if len(files) > _MOST:
            yield _together(files, ends)

    def _file(self, event: Event) -> _File:
        return self._at(str(event.fields["path"]))

    def _at(self, path: str) -> _File:
        return self._files.setdefault(path.removesuffix(_LOCK), _File())

    def _created(self, at: RunMoment, event: Event) -> None:
        file = self._file(event)
        file.writer = event.process
        file.states.turn(at, "writing", f"by {event.process}")

    def _released(self, at: RunMoment, event: Event) -> None:
        file = self._file(event)
        file.writer = ""
        file.states.turn(at, "waiting", f"{event.fields['lines']} lines")

    def _replayed(self, at: RunMoment, event: Event) -> None:
        file = self._file(event)
        if not file.states.now:  # it was there before anybody spoke of it
            file.states.turn(RunMoment(0, 0), "waiting")
        file.player = event.process
        file.states.turn(at, "replaying", f"by {event.process}")

    def _removed(self, at: RunMoment, event: Event) -> None:
        file = self._file(event)
        file.player = ""
        file.states.turn(at, "")
        file.marks.append(LaneMark(at, "removed", f"{event.fields['lines']} lines"))

    def _skipped(self, at: RunMoment, event: Event) -> None:
        file = self._file(event)
        if not file.states.now:
            file.states.turn(RunMoment(0, 0), "waiting")
        file.marks.append(LaneMark(at, "trouble", event.kind))

    def _renamed(self, at: RunMoment, event: Event) -> None:
        path, target = (str(event.fields[name] or "").removesuffix(_LOCK) for name in ("path", "target"))
        if path in self._files and path != target:
            self._files[path].states.turn(at, "")
            self._at(target).states.turn(at, "waiting", f"was {path}")

    def _ended(self, at: RunMoment, event: Event) -> None:
        for file in self._files.values():
            if file.writer == event.process:
                file.writer = ""
                file.states.turn(at, "stranded", f"{event.process} is dead")
            if file.player == event.process:
                file.player = ""
                if file.states.now == "replaying":
                    file.states.turn(at, "waiting", "interrupted")

    def _power_lost(self, at: RunMoment, event: Event) -> None:
        """A file that is gone with the power, or there again, since nothing had made its removal durable."""
        self._all_ended(at, event)
        for taken in (each for each in self._taken if each.place == at.place and each.is_rescue):
            file = self._at(taken.path)
            if taken.after is None:
                file.states.turn(at, "")
                file.marks.append(LaneMark(at, "kill", "gone with the power"))
            else:
                state = file.states.now or "waiting"
                file.states.turn(at, state, f"{taken.after} of {taken.before or 0} lines left by the power loss")

    def _all_ended(self, at: RunMoment, event: Event) -> None:
        for process in {each for file in self._files.values() for each in (file.writer, file.player) if each}:
            self._ended(at, event._replace(process=process))


def _together(files: list[tuple[str, _File]], ends: RunMoment) -> RunLane:
    """One lane for many files: on each row as many as don't get in each other's way, with their names."""
    bars = most_visible((_named(bar, path) for path, file in files for bar in file.states.bars), ends)
    shown = tuple(replace(bar, row=min(bar.row, _MOST - 1)) for bar in bars)
    marks = sorted((_named(mark, path) for path, file in files for mark in file.marks), key=lambda mark: mark.at)
    return RunLane("rescue", f"{len(files)} rescue files", shown, gathered(marks, ends))


def _named(part: _Part, path: str) -> _Part:
    return replace(part, text=f"{path}: {part.text}".removesuffix(": "))
