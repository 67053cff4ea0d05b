"""Tries out whether real programs know the lines that a scenario gives a project directory's sources.

A made-up line is its sample behind an event id, which makes it unique. A rule that was written for the sample
alone doesn't take it, and then every line of the input would be missed: that is told before the run, not by a loss.
So it is with lines that the scenario writes itself for any of the sources.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from textwrap import shorten

from engine.pipeline.router import Router, number_of, numbered, text_of
from engine.project.model import MISS, Project
from wptest.scenario.load import LoadedVariant
from wptest.subject.programs import Programs, environment
from wptest.subject.projects.in_their_layout import is_written_out
from wptest.subject.projects.project_copy import copy_project
from wptest.subject.scratch import scratch
from wptest.words.setting.part import Outset

_PATIENCE = 30  # seconds
_SHOWN = 70  # signs of a line
_MOST = 1000  # lines that are tried
_tried: dict[tuple[Path, Path, tuple[bytes, ...]], tuple[bytes, ...]] = {}


def why_not_parsed(variant: LoadedVariant, programs: Programs) -> Iterator[str]:
    """Which lines of the input no rule of the project takes, though its files say that one does."""
    if variant.directory is None or is_written_out(variant, programs.dialect) or "wparse" not in programs.names:
        return
    lines = tuple(_lines(variant.project, variant.scenario.given.outset))
    if not lines:
        return
    key = (variant.directory.path, programs.directory, lines)
    if key not in _tried:
        _tried[key] = tuple(_missed(variant, programs, lines))
    for line in _tried[key]:
        yield f"no rule takes {_kind(line, variant.project)}: {shorten(_text(line), _SHOWN, placeholder='...')}"


def _kind(line: bytes, project: Project) -> str:
    if all(_text(line) != sample.text for sample in project.samples):
        return "this line"
    return "a line of this sample" + (" with an event id in front" if number_of(line) is not None else "")


def _text(line: bytes) -> str:
    return text_of(line).decode(errors="replace")


def _lines(project: Project, outset: Outset) -> Iterator[bytes]:
    """A line of each sample, and of each text in given inputs that is of a rule, as far as the project says."""
    samples = dict.fromkeys(project.samples) if outset.lines else {}
    yield from (numbered(sample, number) for number, sample in enumerate(samples, 1))
    given = [outset.files[path].content(path, project, {}) for path in project.inputs if path in outset.files]
    known, router = {sample.text.encode() for sample in samples}, Router(project)
    for line in b"\n".join(given).split(b"\n")[:_MOST]:
        if line and text_of(line) not in known and router.destination(line).name != MISS:
            known.add(text_of(line))
            yield line


def _missed(variant: LoadedVariant, programs: Programs, lines: tuple[bytes, ...]) -> Iterator[bytes]:
    """The lines that a run of `wparse` has missed."""
    project, directory = variant.project, variant.directory
    assert directory is not None, "there are files to copy"
    with scratch() as place:
        root = place.directory / "trial"
        root.mkdir()
        copy_project(directory, root, project)
        for path in project.inputs:  # without one of them it would read nothing
            source = root / path
            source.parent.mkdir(parents=True, exist_ok=True)
            source.write_bytes(b"")
        (root / project.source.path).write_bytes(b"".join(line + b"\n" for line in lines))
        _run(root, programs)
        sinks = [sink for group in project.groups if group.name == MISS for sink in group.sinks]
        there = [root / sink.path for sink in sinks if sink.path]
        missed = b"\n".join(path.read_bytes() for path in there if path.is_file())
    records = set(missed.split(b"\n"))
    for line in lines:  # one with an id is nowhere else by chance
        if line in records or (number_of(line) is not None and line in missed):
            yield line


def _run(root: Path, programs: Programs) -> None:
    """Let `wparse` read what is there; whatever it doesn't get done, the run itself will show."""
    try:
        subprocess.run(  # noqa: S603 - what somebody wants to be tested
            [programs.directory / "wparse", "batch"],
            cwd=root,
            env=os.environ | environment(programs),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return
