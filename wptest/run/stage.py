"""Setting the stage: the files that are there before the first step."""

from __future__ import annotations

from engine.pipeline.router import numbered
from engine.programs.wpgen import sample_lines
from engine.project.model import Project, Sample
from engine.storage import Disk
from engine.storage.disk import write_all
from wptest.language.given import Given, GivenFile


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
    name = path.rpartition("/")[2]
    sample = Sample("", f"{file.marked or 'line'} of {name}")
    lines = [numbered(sample, number) for number in range(1, (file.lines or 0) + 1)]
    if file.marked is not None:
        marks.update(dict.fromkeys(lines, file.marked))
    return _joined(lines)


def _joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
