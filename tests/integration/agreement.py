"""What the engine and real processes make of one variant: how it ended, and what is on disk then."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.machine import Machine
from engine.project.model import MONITOR
from engine.rescue.checkpoint import CHECKPOINT_NAME
from engine.rescue.name import GUARD, LOCK, RescueName, is_locked_name, is_released, parse_name
from engine.storage.disk_port import Disk, files_below, read_all
from engine.storage.real import RealDisk
from wptest.judge.line_counts import number_of_lines, split_lines
from wptest.judge.written_down.checkpoints import read_checkpoint
from wptest.play.job import Job, variant_of
from wptest.run.against_processes import run_on_processes
from wptest.run.result import Result
from wptest.run.running import run_variant
from wptest.run.world import RunOptions, World
from wptest.scenario.load import LoadedVariant
from wptest.subject.programs import find_programs
from wptest.words.failures import Failure


@dataclass(frozen=True)
class Left:
    """How a run ended, and what it left.

    Attributes:
        targets: lines by target, the monitor's figures left out: they are other ones in real time.
        rescue: what is below the rescue root: rescue files by sink and state with their lines, since the names of
            new ones have the time in them; files of other kinds by name.
        checkpoint: lines by sink.
        has_new: rescue files are left that the run has made: what is in them and what in targets is a matter of
            the moment at which a sink went down.
        cut_short: `wparse` was killed, or stopped with input left: how far it had come is a matter of the moment.
    """

    outcome: str
    findings: tuple[str, ...]
    targets: dict[str, Counter[bytes]]
    rescue: Counter[tuple[str, ...]]
    checkpoint: Counter[tuple[str, int]]
    has_new: bool
    cut_short: bool

    def essence(self, other: Left) -> tuple[object, ...]:
        """What of it must be equal in the other: everything; where a moment matters, that every line is there."""
        if self.cut_short or other.cut_short:
            return ()  # the invariants have judged each run by its own input
        if not (self.has_new or other.has_new):
            return self.targets, self.rescue, self.checkpoint
        lines = Counter(line.decode("latin-1") for lines in self.targets.values() for line in lines.elements())
        lines += Counter(line for entry in self.rescue.elements() for line in entry[2:])
        # In outages of milliseconds, only one of the two may have come upon a sink that was down.
        return lines, {entry[:2] for entry in self.rescue} if self.has_new and other.has_new else set()


def of_engine(variant: LoadedVariant, options: RunOptions | None = None) -> Left:
    worlds: list[World] = []
    result = run_variant(variant, options, worlds.append)
    return left(result, worlds[0].machine.disk, variant)


def of_processes(variant: LoadedVariant, options: RunOptions | None = None) -> Left | None:
    """None when processes can't do what the scenario says."""
    with TemporaryDirectory() as directory:
        result = run_on_processes(variant, find_programs(), options, Path(directory))
        if any(finding.code is Failure.NOT_EXPRESSIBLE for finding in result.findings):
            return None
        return left(result, RealDisk(Path(directory)), variant)


def both(path: str, scenario: str, variant: str) -> tuple[Left, Left | None]:
    """What the engine made of a variant, and what processes did."""
    found = variant_of(Job(Path(path), scenario, variant))
    return of_engine(found), of_processes(found)


def left(result: Result, disk: Disk, variant: LoadedVariant) -> Left:
    project = variant.project
    there = [path for path in files_below(disk, project.rescue_root) if is_released(path) or is_locked_name(path)]
    groups = [group for group in project.groups if group.name != MONITOR]
    paths = sorted({sink.path for group in groups for sink in group.sinks if sink.path})
    entries = read_checkpoint(Machine(disk), project.rescue_root)
    return Left(
        result.outcome.value,
        tuple(f"{finding.outcome.value} {finding.name}: {finding.message}" for finding in result.findings),
        {path: Counter(split_lines(read_all(disk, path))) for path in paths},
        Counter(_described(disk, path) for path in files_below(disk, project.rescue_root) if _counts(path)),
        Counter((_sink_of(path), entry.lines) for path, entry in entries.items()),
        any(path.removesuffix(LOCK) not in variant.scenario.given.outset.files for path in there),
        _is_cut_short(result, disk, project.source.path),
    )


def _is_cut_short(result: Result, disk: Disk, source: str) -> bool:
    killed = any(event.kind == "program.killed" and event.process == "wparse" for event in result.events)
    read = [int(event.fields["total"] or 0) for event in result.events if event.kind == "source.accepted"]
    return killed or 0 < max(read, default=0) < number_of_lines(read_all(disk, source))


def _counts(path: str) -> bool:
    """Whether it tells anything: an unfinished checkpoint only tells when a program was killed."""
    return path.rpartition("/")[2] not in (CHECKPOINT_NAME, GUARD, f"{CHECKPOINT_NAME}.tmp")


def _described(disk: Disk, path: str) -> tuple[str, ...]:
    if (
        not (is_released(path) or is_locked_name(path))
        or parse_name(path.removesuffix(LOCK), "data/rescue") is None
    ):
        return (path,)
    lines = sorted(split_lines(read_all(disk, path)))
    return (_sink_of(path), path.rpartition(".")[2], *(line.decode("latin-1") for line in lines))


def _sink_of(path: str) -> str:
    name = _name_of(path)
    return path if name is None else name.sink


def _name_of(path: str) -> RescueName | None:
    return parse_name(path.removesuffix(LOCK), "data/rescue")
