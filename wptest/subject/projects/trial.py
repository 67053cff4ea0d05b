"""Tries out whether real programs know the lines of a project directory's sources, and write them as they came.

A made-up line is its sample behind an event id, which makes it unique. A rule that was written for the sample
alone doesn't take it, and then every line of the input would be missed: that is told before the run, not by a loss.
So it is with lines that the scenario writes itself for any of the sources, and with samples that `wpgen` writes.
A target that gets the fields that a rule or a model makes of a line can't be held against the line.
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
from wptest.subject.watching.infra_lines import readers_of_targets

_PATIENCE = 30  # seconds
_SHOWN = 70  # signs of a line
_MOST = 1000  # lines that are tried
_tried: dict[tuple[Path, Path, tuple[bytes, ...]], tuple[str, ...]] = {}


def why_not_parsed(variant: LoadedVariant, programs: Programs) -> Iterator[str]:
    """Which lines of the input no rule takes, though the project's files say so, or what targets have for them."""
    if variant.directory is None or is_written_out(variant, programs.dialect) or "wparse" not in programs.names:
        return
    lines = tuple(dict.fromkeys(_lines(variant)))
    if not lines:
        return
    key = (variant.directory.path, programs.directory, lines)
    if key not in _tried:
        _tried[key] = tuple(_told(variant, programs, lines))
    yield from _tried[key]


def _told(variant: LoadedVariant, programs: Programs, lines: tuple[bytes, ...]) -> Iterator[str]:
    project = variant.project
    written = _written(variant, programs, lines)
    aside = {sink.path for group in project.groups if group.name == MISS for sink in group.sinks}
    missed = [line for path, records in written.items() if path in aside for line in records]
    for line in lines:
        # One with an id is nowhere else by chance, in whatever form it stands there.
        if line in missed or (number_of(line) is not None and any(line in record for record in missed)):
            yield f"no rule takes {_kind(line, project)}: {_shown(_text(line))}"
    targets = {sink.path: sink for group in project.groups if not group.infra for sink in group.sinks}
    for path, records in written.items():
        other = next((record for record in records if record and record not in lines), None)
        if path in targets and other is not None:
            told = _shown(other.decode(errors="replace"))
            yield f"{path} gets what a rule or a model makes of lines, and no line as it came: {told}"


def _kind(line: bytes, project: Project) -> str:
    if all(_text(line) != sample.text for sample in project.samples):
        return "this line"
    return "a line of this sample" + (" with an event id in front" if number_of(line) is not None else "")


def _text(line: bytes) -> str:
    return text_of(line).decode(errors="replace")


def _shown(text: str) -> str:
    return shorten(text, _SHOWN, placeholder="...")


def _lines(variant: LoadedVariant) -> Iterator[bytes]:
    """A line of each sample, and each text in inputs that is of a rule, as far as the project says."""
    project, outset = variant.project, variant.scenario.given.outset
    samples = dict.fromkeys(project.samples) if outset.lines else {}
    yield from (numbered(sample, number) for number, sample in enumerate(samples, 1))
    given = [outset.files[path].content(path, project, {}) for path in project.inputs if path in outset.files]
    commands = [step.verb.command for _, step in variant.scenario.all_steps]
    if any(command is not None and command.program == "wpgen" for command in commands):
        given.insert(0, b"\n".join(sample.text.encode() for sample in project.samples))
    known, router = {sample.text.encode() for sample in samples}, Router(project)
    for line in b"\n".join(given).split(b"\n")[:_MOST]:
        if line and text_of(line) not in known and router.destination(line).name != MISS:
            known.add(text_of(line))
            yield line


def _written(variant: LoadedVariant, programs: Programs, lines: tuple[bytes, ...]) -> dict[str, list[bytes]]:
    """What a run of `wparse` has written of the lines, by target: as they were sent, if it can be read so."""
    project, directory = variant.project, variant.directory
    assert directory is not None, "there are files to copy"
    readers = readers_of_targets(programs.dialect, project)
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
        there = [sink.path for sink in project.sinks if sink.path and (root / sink.path).is_file()]
        return {path: list(readers.get(path, list)((root / path).read_bytes().split(b"\n"))) for path in there}


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
