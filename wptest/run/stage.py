"""Setting the stage: the files that are there before the first step."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm

from engine.pipeline.router import numbered
from engine.programs.wpgen import sample_lines
from engine.project.model import Project, Sample
from engine.storage import Disk
from engine.storage.disk import write_all
from wptest.language.given import Given, GivenFile

_FINEST = 100  # shares are told apart to a hundredth, which keeps the repeated samples few


def shared_out(project: Project, given: Given) -> Project:
    """The project with its samples repeated so that their rules get the shares that the scenario gives them."""
    weights = given.source.rules if given.source is not None else {}
    if not weights:
        return project
    exact = {rule: Fraction(weight).limit_denominator(_FINEST) for rule, weight in weights.items()}
    scale = lcm(*(weight.denominator for weight in exact.values()))
    times = {rule: max(1, int(weight * scale)) for rule, weight in exact.items()}
    shared = gcd(*times.values())
    samples = [sample for sample in project.samples for _ in range(times.get(sample.rule, 0) // shared)]
    return replace(project, samples=tuple(samples))


def set_stage(disk: Disk, project: Project, given: Given) -> dict[bytes, str]:
    """Write the given files and input; which generated line has which mark."""
    marks: dict[bytes, str] = {}
    for path, file in given.files.items():
        write_all(disk, path, _content(path, file, marks))
    count = given.source.count if given.source is not None else None
    if count is not None:
        write_all(disk, project.source.path, _joined(sample_lines(project.samples, count)))
    return marks


def _content(path: str, file: GivenFile, marks: dict[bytes, str]) -> bytes:
    if file.text is not None:
        return file.text.encode()
    if file.raw is not None:
        return file.raw.encode("latin-1")
    name = path.rpartition("/")[2]
    sample = Sample("", f"{file.marked or 'line'} of {name}")
    lines = [numbered(sample, number) for number in range(1, (file.lines or 0) + 1)]
    if file.marked is not None:
        marks.update(dict.fromkeys(lines, file.marked))
    return _joined(lines)


def _joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
