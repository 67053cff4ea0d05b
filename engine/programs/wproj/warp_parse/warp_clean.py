"""`wproj data clean`: says which kinds of files are gone, where ours names each."""

from __future__ import annotations

from collections.abc import Iterator

from engine.machine import Program
from engine.programs.instance import RUN_DIRECTORY
from engine.programs.wproj.clean import remove_data
from engine.programs.wproj.text_tables import out_lines


async def warp_clean(program: Program) -> int:
    """Remove what earlier runs have left; the exit code."""
    removed: list[str] = []
    code = await remove_data(program, removed.append)
    if not code:
        out_lines(program, _told(program, removed))
    return code


def _told(program: Program, removed: list[str]) -> Iterator[str]:
    project, root = program.project, program.machine.root
    yield "✓ Sources configuration validation passed"
    yield f"✓ Cleaned sink outputs from {root}/{project.origin.sinks}"
    has_input = project.source.path in removed
    said = "✓ Cleaned wpgen data from" if has_input else "✓ No wpgen data to clean at"
    yield f"{said}: {root}/{project.source.path}"
    if any(path.startswith(f"{RUN_DIRECTORY}/") for path in removed):
        yield f"✓ Cleaned {RUN_DIRECTORY} directory"
    if any(path.startswith(f"{project.log_dir}/") for path in removed):
        yield f"✓ Cleaned log directory: {root}/{project.log_dir}"
    yield "✓ Data cleanup completed"
