"""Tries out whether real programs know the lines that a scenario makes of a project directory's samples.

A made-up line is its sample behind an event id, which makes it unique. A rule that was written for the sample
alone doesn't take it, and then every line of the input would be missed: that is told before the run, not by a loss.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import shorten

from engine.pipeline.router import numbered
from engine.project.model import MISS
from wptest.scenario.load import LoadedVariant
from wptest.subject.programs import Programs, environment
from wptest.subject.projects.project_copy import copy_project
from wptest.subject.scratch import scratch

_PATIENCE = 30  # seconds
_SHOWN = 70  # signs of a sample
_tried: dict[tuple[Path, Path], tuple[str, ...]] = {}


def why_not_parsed(variant: LoadedVariant, programs: Programs) -> Iterator[str]:
    """Which made-up lines no rule of the project takes."""
    directory = variant.directory
    if directory is None or not variant.scenario.given.outset.lines or "wparse" not in programs.names:
        return
    key = (directory.path, programs.directory)
    if key not in _tried:
        _tried[key] = tuple(_missed(variant, programs))
    why = "no rule takes a line of this sample with an event id in front"
    yield from (f"{why}: {shorten(text, _SHOWN, placeholder='...')}" for text in _tried[key])


def _missed(variant: LoadedVariant, programs: Programs) -> Sequence[str]:
    """The samples whose lines a run of `wparse` has missed."""
    project, directory = variant.project, variant.directory
    assert directory is not None, "there are files to copy"
    samples = list(dict.fromkeys(project.samples))
    with scratch() as place:
        root = place.directory / "trial"
        root.mkdir()
        copy_project(directory, root, project)
        source = root / project.source.path
        source.parent.mkdir(parents=True, exist_ok=True)
        lines = [numbered(sample, number) for number, sample in enumerate(samples, 1)]
        source.write_bytes(b"".join(line + b"\n" for line in lines))
        _run(root, programs)
        sinks = [sink for group in project.groups if group.name == MISS for sink in group.sinks]
        there = [root / sink.path for sink in sinks if sink.path]
        missed = b"\n".join(path.read_bytes() for path in there if path.is_file())
    return [sample.text for sample, line in zip(samples, lines, strict=True) if line in missed]


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
