"""`wproj rescue unlock`: gives a dead writer's `.lock` file to recovery (D13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.machine import Program
from engine.rescue.name import LOCK, is_locked_name, logged_path
from engine.rescue.quarantine import Quarantine
from engine.rescue.reader import PoisonLine
from engine.storage.disk_port import parent
from engine.storage.line_file import LinesFailed

EXIT_REFUSED = 3

_ENDS: Mapping[str, Callable[[bytes], int]] = {
    "cut_torn": lambda data: data.rfind(b"\n") + 1,
    "keep_torn": len,
    "cut_last_line": lambda data: data.rfind(b"\n", 0, max(len(data) - 1, 0)) + 1,
}


async def unlock(program: Program) -> int:
    """Adopt every `.dat.lock` below the rescue root whose writer is dead; the exit code.

    A writer holds the advisory lock on its file while it lives, and the kernel gives that up when it dies, so
    whoever gets the lock has proof. A torn last line is cut off. Zeros in the middle, where a power loss left the
    size of a file and not its bytes, go to quarantine with the line that they are in. Nothing is ever overwritten.
    """
    if program.behaviour.unlock == "nothing":
        return 0
    refused = 0
    found = await program.files.list(program.project.rescue_root)
    for directory, error in found.refused.items():
        refused += 1
        told = f"{logged_path(directory)} can't be listed: {error.strerror}"
        program.log.error("rescue", told)
        program.out(told)
    for path in found.files:
        if is_locked_name(path):
            try:
                refused += not await _adopt(program, path)
            except (OSError, LinesFailed) as error:
                refused += 1
                reason = error.strerror if isinstance(error, OSError) else str(error)
                program.log.error("rescue", f"{logged_path(path)} can't be unlocked: {reason}")
                program.out(f"{logged_path(path)} can't be unlocked: {reason}")
    return EXIT_REFUSED if refused else 0


async def _adopt(program: Program, path: str) -> bool:
    target = path.removesuffix(LOCK)
    handle = await program.files.open(path, create=False)
    if not await handle.lock() and program.behaviour.unlock != "living_writers_too":
        handle.close()
        return _refuse(program, path, "its writer is alive")
    if program.files.exists(target) and program.behaviour.unlock_clash == "refuse":
        handle.close()
        return _refuse(program, path, f"{target} exists")
    data = await handle.read(0, handle.size())
    if b"\0" in data:
        data = await _without_holes(program, path, data)
    whole = _ENDS[program.behaviour.unlock_tail](data)
    await _settle(program, path, whole)
    if whole < len(data):
        program.log.warn("rescue", f"cut {len(data) - whole} bytes of a torn line off {logged_path(path)}")
    await program.files.rename(path, target)
    if program.behaviour.unlock_sync == "durable":
        await program.files.sync_dir(parent(path))
    handle.close()
    program.emit("lock.adopted", path=target, lines=data.count(b"\n"))
    program.log.info("rescue", f"unlocked {logged_path(target)}")
    program.out(f"unlocked {logged_path(target)}")
    return True


async def _without_holes(program: Program, path: str, data: bytes) -> bytes:
    """Put the lines aside that have holes; what is left of the file."""
    *lines, torn = data.split(b"\n")
    holes = [PoisonLine(number, line) for number, line in enumerate(lines, 1) if b"\0" in line]
    if holes:
        await Quarantine(program, path.removesuffix(LOCK)).add(holes)
    left = b"".join(line + b"\n" for line in lines if b"\0" not in line) + torn
    await program.files.replace(path, left)
    return left


async def _settle(program: Program, path: str, size: int) -> None:
    """Cut the file to its whole lines and make them durable: a dead writer may have synced nothing, or in vain."""
    handle = await program.files.open(path)
    if handle.size() > size:
        await handle.truncate(size)
    if program.behaviour.unlock_sync == "durable":
        await handle.rewrite(0)
        await handle.fsync()
    handle.close()


def _refuse(program: Program, path: str, reason: str) -> bool:
    program.emit("lock.refused", path=path, reason=reason)
    program.log.error("rescue", f"{logged_path(path)} stays locked: {reason}")
    program.out(f"{logged_path(path)} stays locked: {reason}")
    return False
