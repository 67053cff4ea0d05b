"""`wproj init`: the directories of data, and of a project what its mode names; nothing over what is there."""

from __future__ import annotations

from contextlib import closing

from engine.machine import Program
from engine.programs.command import Command
from engine.programs.wproj.skeleton import files_of
from engine.storage.disk_port import parent

_DATA = ("data/in_dat", "data/out_dat", "data/logs", "data/rescue")


async def warp_init(program: Program, command: Command) -> int:
    """Make what is missing; the exit code, always 0."""
    for directory in _DATA:
        await program.files.mkdir(directory)
    for path, text in files_of(command).items():
        if not program.files.exists(path):
            await _write(program, path, text)
    program.out("✓ 基础项目初始化完成")
    program.out("✓ 项目初始化完成")
    return 0


async def _write(program: Program, path: str, text: str) -> None:
    await program.files.mkdir(parent(path))
    with closing(await program.files.open(path, exclusive=True)) as handle:
        await handle.append(text.encode())
