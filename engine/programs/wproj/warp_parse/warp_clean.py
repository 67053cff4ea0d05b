"""`wproj data clean`: says which kinds of files are gone, where ours names each."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from engine.machine import Program
from engine.programs.command import Command
from engine.programs.instance import RUN_DIRECTORY
from engine.programs.wpgen import generator_of
from engine.programs.wproj.clean import remove_data
from engine.programs.wproj.text_tables import out_lines
from engine.programs.wproj.warp_parse.warp_tables import work_root


async def warp_clean(program: Program, command: Command) -> int:
    """Remove what earlier runs have left; the exit code."""
    removed: list[str] = []
    code = await remove_data(program, removed.append)
    if not code:
        out_lines(program, _told(program, work_root(program, command), removed))
    return code


def _told(program: Program, root: str, removed: list[str]) -> Iterator[str]:
    project = program.project
    yield "✓ Sources configuration validation passed"
    sinks = posixpath.normpath(posixpath.join(program.machine.root, project.as_written.sinks))
    yield f"✓ Cleaned sink outputs from {sinks}"
    yield from _generated(program, root, removed)
    if RUN_DIRECTORY in removed:
        yield f"✓ Cleaned {RUN_DIRECTORY} directory"
    if project.log_dir in removed:
        yield f"✓ Cleaned log directory: {program.machine.root}/{project.log_dir}"
    yield "✓ Data cleanup completed"


def _generated(program: Program, root: str, removed: list[str]) -> Iterator[str]:
    """What has become of the input that `wpgen` makes."""
    generator = generator_of(program.project)
    if generator is not None and generator.path is None:
        yield "✓ Wpgen cleanup skipped: output target is not a file sink"
    elif generator is not None:
        said = "✓ Cleaned wpgen data from" if generator.path in removed else "✓ No wpgen data to clean at"
        yield f"{said}: {root}/{generator.written}"
