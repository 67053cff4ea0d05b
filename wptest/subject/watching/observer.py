"""Sees from outside what real programs do, and tells the trace: what they log, what grows, which files come and go.

What is seen is what the disk says when it is looked at, some milliseconds after it has happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.kernel.trace import FieldValue
from engine.machine import Machine
from engine.project.model import MONITOR, Project
from engine.rescue.entries import plain_line
from engine.rescue.name import LOCK, is_locked_name, is_released, parse_name
from engine.storage.disk_port import files_below, read_all
from wptest.judge.rescue_names import as_sent
from wptest.subject.dialect import Dialect, checkpoint_of
from wptest.subject.watching.growth import Growth
from wptest.subject.watching.infra_lines import readers_of_targets
from wptest.subject.watching.log_lines import FAILED, QUIET_LEVELS, meanings, parse_line
from wptest.subject.watching.read_inputs import ReadInputs
from wptest.subject.work_disk import relative

_PROGRAMS = ("wpgen", "wparse", "wprescue", "wproj")


class Observer:
    """Looks at the work root of a run.

    Attributes:
        inputs: how much of the inputs was read.
        failed: rescue files that a recovery has given up.
    """

    def __init__(self, machine: Machine, project: Project, root: Path, dialect: Dialect) -> None:
        self.failed: set[str] = set()
        self._machine = machine
        self._emit = machine.emit
        self._project = project
        self._root = root
        self._dialect = dialect
        self.inputs = ReadInputs(machine, root, project)
        self._fresh = False  # what comes out now, wparse delivers
        self._logs = {name: Growth(root / project.log_dir / f"{name}.log") for name in _PROGRAMS}
        self._aside = readers_of_targets(dialect, project)
        self._targets = self._growing_targets()
        self._growing: dict[str, Growth] = {}
        self._rescue: dict[str, None] = {}
        self._known: dict[str, bytes] = {}
        self._given: set[str] = set()
        self._replaying = ""
        self._begun: set[str] = set()
        self._gave_up = False
        self._to_clean: list[str] = []
        self._checkpoint = self._checkpoint_state()
        self.accept()

    def follow(self, project: Project) -> None:
        """A program is started with this project: look at its targets, too."""
        if project is not self._project:
            self._project = project
            for path, growth in self._growing_targets().items():
                self._targets.setdefault(path, growth)
            self.inputs.follow(project)

    def accept(self) -> None:
        """Take everything as it is now: no program did it."""
        for growth in (*self._targets.values(), *self._logs.values()):
            growth.skip()
        before, self._rescue = self._rescue, dict.fromkeys(self._rescue_files())
        for path in self._rescue:
            if path not in before:
                self._given.add(path)
                self._growing[path.removesuffix(LOCK)] = Growth(self._root / path)
            self._remember(path)
        self._checkpoint = self._checkpoint_state()

    def look(self, running: Iterable[str]) -> None:
        """Tell of everything that is new; `running` are the programs that may have done it."""
        writers = [name for name in running if name in ("wparse", "wprescue")]
        writer, self._fresh = next(iter(writers), ""), writers == ["wparse"]
        for name, growth in self._logs.items():
            for line in growth.lines():
                self._logged(name, relative(line, self._root).decode(errors="backslashreplace"))
        self._look_at_targets(writer)
        self._look_at_rescue_files(writer)
        state = self._checkpoint_state()
        if state not in (self._checkpoint, None):
            self._emit(writer, "checkpoint.saved", path=self._checkpoint_path, entries=None)
        self._checkpoint = state

    def begin_input(self) -> None:
        """`wpgen` is about to write the input: anew, or more of it."""
        path, disk = self._project.source.path, self._machine.disk
        self._emit("wpgen", "input.written", path=path, lines=None)
        adds = self._dialect.adds_input or self._machine.behaviour.generated_input == "added"
        if not adds and (number := disk.number_of(path)) is not None:
            disk.before_cut.tell(number)

    def begin_cleaning(self) -> None:
        """`wproj data clean` is about to take files away: what goes from now on, it has taken."""
        self._emit("wproj", "data.cleaning")
        self._to_clean = [path for path in (*self._targets, *self._rescue) if self._machine.disk.exists(path)]

    def _end_cleaning(self) -> None:
        for path in self._to_clean:
            if not self._machine.disk.exists(path):
                self._emit("wproj", "data.cleaned", path=path)
        self._to_clean = []

    def farewell(self, process: str, *, is_whole: bool) -> None:
        """A program ends by itself; `is_whole` says that it must have read the whole input."""
        match process:
            case "wproj":
                self._end_cleaning()
            case "wparse":
                self.inputs.end(is_whole=is_whole)
            case "wprescue":
                self._emit(process, "recovery.ended", left=len(self.failed))
            case _:  # what wpgen does was told before it began
                pass

    def content(self, path: str) -> bytes:
        """What a rescue file has, or had when it was last seen."""
        return as_sent(self._machine, read_all(self._machine.disk, path) or self._known.get(path, b""))

    @property
    def replayable(self) -> list[str]:
        """Rescue files that a recovery can replay."""
        root = self._project.rescue_root
        released = filter(is_released, self._rescue)
        named = ((path, parse_name(path, root)) for path in released if path not in self.failed)
        return [
            path
            for path, name in named
            if name is not None and self._project.sink_of_rescue_file(name.sink) is not None
        ]

    @property
    def writing(self) -> list[str]:
        """Rescue files that have come into being in this run and are still being written."""
        return [path for path in self._rescue if is_locked_name(path) and path not in self._given]

    def _growing_targets(self) -> dict[str, Growth]:
        groups = (group for group in self._project.groups if group.name != MONITOR)
        paths = {sink.path: None for group in groups for sink in group.sinks if sink.path}
        return {path: Growth(self._root / path) for path in paths}

    def _logged(self, process: str, text: str) -> None:
        line = parse_line(text)
        if line is None:
            return
        self._emit(process, "log", level=line.level, target=line.target, message=line.message)
        self._gave_up = self._gave_up or FAILED.fullmatch(line.message) is not None
        for kind, fields in meanings(line.message):
            self._tell(process, kind, fields)

    def _tell(self, process: str, kind: str, fields: Mapping[str, FieldValue]) -> None:
        path = str(fields.get("path") or "")
        match kind:
            case "recovery.file_began":
                self._replaying, self._gave_up = path, False
                self._begun.add(path)
            case "recovery.file_removed":
                self._gone(process, path)
                return
            case "recovery.interrupted":
                path, outcome = self._replaying, "failed" if self._gave_up else "interrupted"
                fields = {"path": path, "outcome": outcome}
                self.failed |= {path} if self._gave_up else set()
            case "recovery.file_skipped":
                if path in self.failed:
                    return
                self.failed.add(path)
            case _ if process == "wparse" and self.inputs.told(kind, path, fields):
                return
            case _:
                pass
        self._emit(process, kind, **fields)

    def _look_at_targets(self, writer: str) -> None:
        names = {sink.path: sink.id for sink in reversed(self._project.sinks) if sink.path}
        for path, growth in self._targets.items():
            lines = growth.lines()
            if path in self._aside:
                lines = self._aside[path](lines)
            if lines:
                self._begin_unlogged(lines)
                self.inputs.seen(lines, is_fresh=self._fresh)
                total = self._machine.deliveries.add(names[path], len(lines))
                self._emit(writer, "sink.delivered", sink=names[path], path=path, lines=len(lines), total=total)

    def _begin_unlogged(self, lines: list[bytes]) -> None:
        """A replay has begun where its lines arrive, if the project's level of logging has no message for it."""
        if self._project.log_level not in QUIET_LEVELS:
            return
        for path in self.replayable:
            if path not in self._begun and not set(self._known[path].split(b"\n")).isdisjoint(lines):
                self._tell("wprescue", "recovery.file_began", {"path": path})

    def _look_at_rescue_files(self, writer: str) -> None:
        before, self._rescue = self._rescue, dict.fromkeys(self._rescue_files())
        for path in self._rescue:
            released = path.removesuffix(LOCK)
            if path not in before:
                self._appeared(writer, path, is_new=released not in self._growing)
            growth = self._growing.setdefault(released, Growth(self._root / path, from_start=True))
            growth.path = self._root / path
            lines = growth.lines()
            if lines:
                plain = lines if self._dialect.lines == "raw" else list(map(plain_line, lines))
                self.inputs.seen(plain, is_fresh=self._fresh)
        for path in before:
            if is_released(path) and path not in self._rescue:
                self._gone(writer, path)

    def _appeared(self, writer: str, path: str, *, is_new: bool) -> None:
        sink = self._sink_of(path)
        if is_new and writer:
            self._emit(writer, "rescue.created", sink=sink, path=path.removesuffix(LOCK) + LOCK)
        if is_released(path):
            self._remember(path)
            if writer:  # else it was unlocked
                lines = self._known[path].count(b"\n")
                self._emit(writer, "rescue.released", sink=sink, path=path, lines=lines)

    def _gone(self, process: str, path: str) -> None:
        """A rescue file was removed: told once, whether the log or the directory says it first."""
        if path in self._rescue or path in self._growing:
            self._rescue.pop(path, None)
            self._growing.pop(path, None)
            if path in self._to_clean:
                return
            if path not in self._begun:
                self._tell(process, "recovery.file_began", {"path": path})
            self._begun.discard(path)
            lines = self._known[path].count(b"\n") if path in self._known else None
            self._emit(process, "recovery.file_removed", path=path, sink=self._sink_of(path), lines=lines)

    def _rescue_files(self) -> list[str]:
        files = files_below(self._machine.disk, self._project.rescue_root)
        return [path for path in files if is_released(path) or is_locked_name(path)]

    def _remember(self, path: str) -> None:
        self._known[path] = read_all(self._machine.disk, path)

    @property
    def _checkpoint_path(self) -> str:
        return checkpoint_of(self._dialect, self._project.rescue_root)

    def _checkpoint_state(self) -> tuple[int, int] | None:
        try:
            status = (self._root / self._checkpoint_path).stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def _sink_of(self, path: str) -> str:
        name = parse_name(path.removesuffix(LOCK), self._project.rescue_root)
        sink = None if name is None else self._project.sink_of_rescue_file(name.sink)
        return "" if sink is None else sink.id
