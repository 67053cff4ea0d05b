"""`wproj data clean`: a fresh start, without the targets, rescue files, checkpoint and position of earlier runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.machine import Program
from engine.pipeline.kept_position import POSITION_PATH
from engine.programs.instance import RUN_DIRECTORY, is_dead, wparse_lives
from engine.programs.wpgen import generator_of
from engine.project.model import SinkConf
from engine.rescue.checkpoint import CHECKPOINT_NAME
from engine.rescue.name import GUARD, is_locked_name, is_released, logged_path
from engine.rescue.quarantine import SUFFIX
from engine.rescue.recovery import EXIT_BUSY
from engine.rescue.resuming.intents import INTENT_NAME
from engine.rescue.unlock import EXIT_REFUSED
from engine.storage.disk_port import parent


async def clean(program: Program) -> int:
    """Remove what earlier runs have left, and name it; the exit code."""
    return await remove_data(program, lambda path: program.out(f"removed {logged_path(path)}"))


async def remove_data(program: Program, tell: Callable[[str], None]) -> int:
    """Remove what earlier runs have left, and tell each path; the exit code.

    The input stays, and so does what nobody here has written. Nothing is removed while somebody writes: 3 where a
    rescue file's writer or a wparse is alive, 4 where a recovery works on the rescue root. (D34: real ones don't
    ask, and take the input, logs and `.run`, but no rescue file.)

    The order is one that may end anywhere, by a kill or an error: the checkpoint goes after the targets that it
    counts lines of, so that none of these lines comes twice, and before the rescue files, so that it is never taken
    for what says how far a new file of the same name was replayed.
    """
    program.emit("data.cleaning")
    if program.behaviour.data_clean == "all_but_rescue":
        return await _remove_all_but_rescue(program, tell)
    rescued = await _rescued(program, program.project.rescue_root)
    if isinstance(rescued, int):
        return rescued
    for path in (*_targets(program.project.sinks), *rescued, POSITION_PATH):
        await _remove(program, path, tell)
    return 0


async def _remove_all_but_rescue(program: Program, tell: Callable[[str], None]) -> int:
    """As real versions do, which ask nobody and keep no order that is safe against a power loss."""
    targets = _targets(sink for sink in program.project.sinks if not sink.kind.stands_in)
    more = await _beside_targets(program)
    for path in targets:
        await _remove(program, path, tell)
    for path in filter(program.files.exists, more):
        await program.files.remove(path)
        tell(path)
    await _remove_directories(program, tell)
    return 0


def _targets(sinks: Iterable[SinkConf]) -> list[str]:
    return list(dict.fromkeys(sink.path for sink in sinks if sink.path is not None))


async def _remove_directories(program: Program, tell: Callable[[str], None]) -> None:
    """Those of the logs and of what runs, which real ones take with all that is in them."""
    for top in filter(program.files.exists, _directories(program)):
        below = (await program.files.list(top)).directories
        for path in (*reversed(below), top):
            await program.files.rmdir(path)
        tell(top)


async def _rescued(program: Program, root: str) -> list[str] | int:
    """What is in the rescue root and may go; the exit code where it may not."""
    paths = list[str]()
    if program.files.exists(root):
        guard = await program.files.open(f"{root}/{GUARD}")  # until the program ends
        if not await guard.lock():
            program.out(f"nothing is removed: a recovery works on {logged_path(root)}")
            return EXIT_BUSY
        found = await program.files.list(root)
        for directory, error in found.refused.items():
            program.out(f"nothing is removed: {logged_path(directory)} can't be listed: {error.strerror}")
            return EXIT_REFUSED
        paths = found.files
    if who := await _who_writes(program, paths):
        program.out(f"nothing is removed: {who}")
        return EXIT_REFUSED
    return _leftovers(root, paths)


async def _who_writes(program: Program, paths: list[str]) -> str:
    """Who writes to what would be removed; empty where nobody does."""
    for path in filter(is_locked_name, paths):
        if not await is_dead(program, path):
            return f"the writer of {logged_path(path)} is alive"
    # What it adds to a target that has no name any more is nowhere.
    return "wparse is running" if await wparse_lives(program) else ""


def _leftovers(root: str, paths: list[str]) -> list[str]:
    """The checkpoint and what else says how far files were replayed; then these, and what was put aside of them."""
    said = (f"{root}/{CHECKPOINT_NAME}", f"{root}/{INTENT_NAME}")
    rescue = [path for path in paths if is_locked_name(path) or is_released(path) or path.endswith(SUFFIX)]
    return [*(path for path in paths if path.startswith(said)), *rescue]


async def _beside_targets(program: Program) -> list[str]:
    """What `wpgen` makes, and the files below `.run` and below where logs are."""
    found = [await program.files.list(directory) for directory in _directories(program)]
    generator = generator_of(program.project)
    made = [generator.path] if generator is not None and generator.path is not None else []
    return [*made, *(path for listing in found for path in listing.files)]


def _directories(program: Program) -> list[str]:
    """Where programs keep what is theirs; logs of which nobody says where they are stand beside the project."""
    logs = [program.project.log_dir] if program.project.log_dir != "." else []
    return [RUN_DIRECTORY, *logs]


async def _remove(program: Program, path: str, tell: Callable[[str], None]) -> None:
    if program.files.exists(path):
        await program.files.remove(path)
        program.emit("data.cleaned", path=path)
        await program.files.sync_dir(parent(path))
        tell(path)
