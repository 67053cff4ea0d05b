"""What is there and known before the first step: the project as the scenario has it, given files, pauses."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from engine.behaviour import Behaviour
from engine.kernel.by_identity import ByIdentity
from engine.pipeline.source import unit_of
from engine.programs.wpgen import sample_lines
from engine.project.model import Project, Sample
from engine.project.sharing import in_shares
from engine.rescue.entries import write_by_hand
from engine.storage.disk_port import Disk, write_all
from wptest.scenario.load import LoadedVariant
from wptest.words.setting.part import Outset

_READS = 20_000
_BATCH = 10_000  # a line as an object takes several times its bytes


def in_few_reads(project: Project, outset: Outset) -> Project:
    """The project with an input that is read in at most some ten thousand reads, however long it takes.

    A source of 2 lines a second over days would be read line by line otherwise; each read is then some seconds'
    lines, which is what a real source does that polls now and then.
    """
    unit = (outset.lines or 0) // _READS
    if unit <= unit_of(project.source.rate):
        return project
    return replace(project, source=replace(project.source, unit=unit))


def shared_out(project: Project, outset: Outset) -> Project:
    """The project with its samples repeated so that their rules get the shares that the scenario gives them."""
    if not outset.shares:
        return project
    return replace(project, samples=in_shares(project.samples, outset.shares))


def set_stage(disk: Disk, project: Project, outset: Outset, behaviour: Behaviour) -> dict[bytes, str]:
    """Write the given files and input; which generated line has which mark."""
    marks: dict[bytes, str] = {}
    for path, file in outset.files.items():
        write_by_hand(disk, behaviour, path, project.rescue_root, file.content(path, project, marks))
    if (count := outset.lines) is not None:
        write_all(disk, project.source.path, _input(project.samples, count, project.source.equal))
    return marks


def _input(samples: tuple[Sample, ...], count: int, equal: int) -> bytes:
    """So many lines, as `wpgen` makes them."""
    before = range(0, max(count, 1), _BATCH)
    first, *others = (_lines(samples, min(_BATCH, count - each), each + 1, equal) for each in before)
    return b"".join([first, *others]) if others else first


@lru_cache(maxsize=4)
def _lines(samples: tuple[Sample, ...], count: int, first: int, equal: int) -> bytes:
    """Some of them: every run of an exploration has the same."""
    lines = sample_lines(samples, count, first, equal=equal)
    return b"\n".join(lines) + b"\n" if lines else b""


class Premises(NamedTuple):
    """What is known of each run of a variant.

    Attributes:
        project: its project, as the scenario has it.
        pause: the longest time for which a scenario may rightly stand still.
        may_miss: it has a fault that may meet nothing.
    """

    project: Project
    pause: int
    may_miss: bool


@ByIdentity
def premises(variant: LoadedVariant) -> Premises:
    """What is known of each run of a variant: exploring makes thousands of one."""
    outset = variant.scenario.given.outset
    may_miss = any(step.verb.nature.may_miss for _, step in variant.scenario.steps_at_work)
    return Premises(in_few_reads(shared_out(variant.project, outset), outset), _longest_pause(variant), may_miss)


def _longest_pause(variant: LoadedVariant) -> int:
    pauses = [phase.duration for sink in variant.project.sinks for phase in sink.phases or ()]
    pauses += [step.verb.lasts for _, step in variant.scenario.steps_at_work]
    rate = variant.project.source.rate
    pauses.append(int(1_000_000_000 / rate) if rate else 0)
    return max(variant.scenario.given.outset.lasts, *pauses)
