"""`wproj init`: a small project to start from; in a directory that has one already, what a run needs besides."""

from __future__ import annotations

from contextlib import closing

from engine.directories.settings import CONF_PATH
from engine.machine import Program
from engine.programs.command import Command
from engine.programs.wproj.skeleton import files_of
from engine.project.model import Project
from engine.rescue.name import logged_path
from engine.storage.disk_port import parent


async def init(program: Program, command: Command) -> int:
    """Write what is missing, and nothing over what is there; the exit code, always 0."""
    if not program.files.exists(CONF_PATH):
        for path, text in files_of(command).items():
            await _write(program, path, text)
    for directory in _directories(program.project):
        if not program.files.exists(directory):
            await program.files.mkdir(directory)
            program.out(f"made {logged_path(directory)}/")
    return 0


def _directories(project: Project) -> list[str]:
    targets = [parent(sink.path) for sink in project.sinks if sink.path is not None]
    directories = [*map(parent, project.inputs), *targets, project.rescue_root]
    return [path for path in dict.fromkeys(directories) if path]


async def _write(program: Program, path: str, text: str) -> None:
    if program.files.exists(path):
        program.out(f"kept {logged_path(path)}: it is there already")
        return
    await program.files.mkdir(parent(path))
    with closing(await program.files.open(path, exclusive=True)) as handle:
        await handle.append(text.encode())
        await handle.fsync()
    program.out(f"made {logged_path(path)}")
