"""Counting what is on the disk: lines of files, lines in rescue files, and lines that a target has again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from engine.machine import Program
from engine.project.model import GroupConf, SinkConf
from engine.rescue.checkpoint import CHECKPOINT_NAME, CheckpointError, Entry, parse_checkpoint
from engine.rescue.name import LOCK as LOCKED
from engine.rescue.name import is_locked_name, is_released, logged_path, parse_name
from engine.rescue.resuming.file_identity import Position, place_in
from engine.storage import chunks
from engine.storage.chunks import LineReader
from engine.storage.files import Handle
from engine.verdict import SinkCount, SinkCounts
from engine.verdict.counts import SinkKey, counted_sinks
from engine.verdict.repeats import LineSet

_MANY = 1 << 20  # lines: as many as a chunk has


@dataclass(frozen=True, slots=True)
class RescueFile:
    """One rescue file.

    Attributes:
        path: where it is.
        name: the sink that its name stands for; None where it can't be read.
        sink: that sink, if the project has one of the name.
        lines: its lines; a torn last one of a file that is still locked is none.
        waiting: those that are still to be replayed: not blank, and beyond the checkpoint.
        size: its bytes.
        is_locked: it ends in `.lock`, so no recovery touches it.
    """

    path: str
    name: str | None
    sink: SinkKey | None
    lines: int
    waiting: int
    size: int
    is_locked: bool

    @property
    def trouble(self) -> str | None:
        """Why no recovery replays it; None where one does."""
        if self.is_locked:
            return "locked, by a writer that lives or by one that died: see wproj rescue unlock"
        if self.name is None:
            return "not the name of a rescue file"
        return f"there is no sink '{self.name}'" if self.sink is None else None


@dataclass(frozen=True, slots=True)
class Rescued:
    """The rescue files of a project, and why its checkpoint could not be read, if it couldn't."""

    files: tuple[RescueFile, ...]
    damage: str | None

    def waiting(self) -> Counter[SinkKey]:
        """How many lines wait, by sink."""
        waiting: Counter[SinkKey] = Counter()
        for file in self.files:
            if file.sink is not None:
                waiting[file.sink] += file.waiting
        return waiting


async def count_line_ends(program: Program, path: str) -> int:
    """How many ends of lines a file has; none when it is missing.

    Raises:
        OSError: it can't be read.
    """
    return await line_ends(program, path) if program.files.exists(path) else 0


async def line_ends(program: Program, path: str) -> int:
    """How many ends of lines a file has.

    Raises:
        OSError: it can't be read, or is missing.
    """
    with closing(await program.files.open(path, create=False)) as handle:
        return await chunks.ends_of_lines(handle)


async def rescued(program: Program, root: str) -> Rescued:
    """What is in the rescue files below `root`.

    Raises:
        OSError: one of them can't be read.
    """
    entries, damage = await _checkpoint(program, root)
    keys = {sink.id: _key(group, sink) for group in program.project.groups for sink in group.sinks}
    found = await program.files.list(root)
    for error in found.refused.values():
        raise error
    paths = [path for path in found.files if is_released(path) or is_locked_name(path)]
    files = [await _rescue_file(program, root, path, entries.get(path), keys) for path in paths]
    return Rescued(tuple(files), damage)


async def counts_of(program: Program, found: Rescued, given: int | None = None) -> SinkCounts:
    """The lines of every sink, and how many of them are there again, where the whole input is there to tell.

    Raises:
        OSError: something can't be read.
    """
    project, waiting = program.project, found.waiting()
    inputs = [source.path for source in project.sources]
    read = sum([await count_line_ends(program, path) for path in inputs])
    is_whole_input = read > 0 and given in (None, read)
    sent = await _line_set(program, inputs) if is_whole_input and _compares(program) else None
    writers = Counter(sink.path for _, sink in counted_sinks(project))
    counts: dict[SinkKey, SinkCount] = {}
    for group, sink in counted_sinks(project):
        assert sink.path is not None, "else it is not counted"
        lines = await count_line_ends(program, sink.path)
        repeated = 0
        if sent is not None and sink.expect is not None:
            repeated = (await _line_set(program, [sink.path])).repeats_of(sent, writers[sink.path])
        key = _key(group, sink)
        counts[key] = SinkCount(lines, waiting[key], repeated)
    return SinkCounts(counts, read, given)


def _compares(program: Program) -> bool:
    expects = any(sink.expect is not None for _, sink in counted_sinks(program.project))
    return expects and program.behaviour.repeated_lines == "considered"


def _key(group: GroupConf, sink: SinkConf) -> SinkKey:
    return group.name, sink.id


async def _checkpoint(program: Program, root: str) -> tuple[dict[str, Entry], str | None]:
    path = f"{root}/{CHECKPOINT_NAME}"
    if not program.files.exists(path):
        return {}, None
    try:
        return parse_checkpoint(await program.files.read(path)), None
    except CheckpointError as error:
        return {}, f"{logged_path(path)} can't be read: {error}; lines that were replayed count as waiting"


async def _rescue_file(
    program: Program, root: str, path: str, entry: Entry | None, keys: dict[str, SinkKey]
) -> RescueFile:
    name = parse_name(path.removesuffix(LOCKED), root)
    conf = None if name is None else program.project.sink_of_rescue_file(name.sink)
    named = conf.id if conf is not None else None if name is None else name.sink
    with closing(await program.files.open(path, create=False)) as handle:
        size = handle.size()
        if entry is not None and await _place(program, handle, entry) is None:
            entry = None  # of an earlier file of that name
        lines, waiting = await lines_from(handle, 0 if entry is None else entry.offset, whole=is_locked_name(path))
    done = 0 if entry is None else entry.lines
    sink = None if conf is None else keys[conf.id]
    return RescueFile(path, named, sink, done + lines, waiting, size, is_locked_name(path))


async def _place(program: Program, handle: Handle, entry: Entry) -> Position | None:
    return await place_in(program.behaviour, handle, entry.lines, entry.offset, entry.identity)


async def lines_from(handle: Handle, offset: int, *, whole: bool) -> tuple[int, int]:
    """The lines from `offset` on, and how many of them are not blank."""
    reader = LineReader(handle, offset)
    lines = waiting = 0
    while batch := await reader.take(_MANY, unfinished=not whole):
        lines += len(batch)
        waiting += sum(1 for line in batch if line.strip())
    return lines, waiting


async def _line_set(program: Program, paths: Iterable[str]) -> LineSet:
    found = LineSet()
    for path in filter(program.files.exists, paths):
        with closing(await program.files.open(path, create=False)) as handle:
            reader = LineReader(handle)
            while batch := await reader.take(_MANY, unfinished=True):
                found.add(batch)
    return found
