"""The checkpoint, `recover.lock` in the rescue root: how far each unfinished rescue file has been delivered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.machine import Program
from engine.storage.disk_port import parent

CHECKPOINT_NAME = "recover.lock"
_WORK_DIRECTORY = "rescue"  # where a real version has it, whatever the rescue root is (D14)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one rescue file.

    Attributes:
        lines: lines delivered, blank and quarantined ones included.
        offset: the byte at which the next line begins.
        target: the target's size when the checkpoint was written: what is behind it may be later lines.
        identity: tells this file from others, whatever their names: see `engine.rescue.resuming.file_identity`.
    """

    lines: int
    offset: int
    target: int
    identity: str

    def written(self) -> str:
        """How it is written, in JSON."""
        numbers = f'"lines": {self.lines},\n  "offset": {self.offset},\n  "target": {self.target}'
        return f'{{\n  {numbers},\n  "identity": {json.dumps(self.identity)}\n }}'


def checkpoint_bytes(entries: Mapping[str, Entry]) -> bytes:
    """The bytes of a checkpoint: JSON as of `json.dumps` with an indent, which takes longer than all else of it."""
    files = ",\n ".join([f"{json.dumps(path)}: {entry.written()}" for path, entry in entries.items()])
    return f"{{\n {files}\n}}".encode()


class CheckpointError(Exception):
    """The file is there and isn't a checkpoint."""


def checkpoint_path(program: Program) -> str:
    """Where the checkpoint is (D14)."""
    in_root = program.behaviour.checkpoint_place == "rescue_root"
    return f"{program.project.rescue_root if in_root else _WORK_DIRECTORY}/{CHECKPOINT_NAME}"


def parse_checkpoint(data: bytes) -> dict[str, Entry]:
    """Read a checkpoint's bytes.

    Raises:
        CheckpointError: they are none.
    """
    try:
        entries = {path: Entry(**entry) for path, entry in json.loads(data).items()}
        sound = all(map(_is_sound, entries.values()))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError(str(error)) from error
    if not sound:
        raise CheckpointError("a value has the wrong type or is negative")
    return entries


def _is_sound(entry: Entry) -> bool:
    numbers = (entry.lines, entry.offset, entry.target)
    return type(entry.identity) is str and all(type(number) is int and number >= 0 for number in numbers)


async def write_checkpoint(program: Program, data: bytes) -> None:
    """Write the checkpoint's bytes over the old ones, or in their stead.

    Raises:
        OSError: they can't be written.
    """
    path, files, how = checkpoint_path(program), program.files, program.behaviour.checkpoint_write
    if program.behaviour.checkpoint_place == "work_directory":
        await files.mkdir(_WORK_DIRECTORY)
    if how == "atomic":
        await files.replace(path, data)
        return
    aside = path if how == "in_place" else f"{path}.tmp"
    handle = await files.open(aside, truncate=True)
    await handle.append(data)
    if how == "name_not_synced":
        await handle.fsync()
    handle.close()
    if how != "in_place":
        await files.rename(aside, path)
    if how == "file_not_synced":
        await files.sync_dir(parent(path))


class Checkpoint:
    """The entries in memory, and their atomic way to disk.

    A damaged file is put aside as `recover.lock.bad`, with an error in the log, instead of ending recovery
    silently (D14); when nothing is left to replay, it is renamed to `recover.lock.bad.kept`. The intents say how
    far replays got, too: what is lost with the checkpoint is a nearer place to go on from.
    """

    def __init__(self, program: Program) -> None:
        self.damaged = False
        self._program = program
        self._behaviour = program.behaviour
        self._path = checkpoint_path(program)
        self._entries: dict[str, Entry] = {}
        self._on_disk = False

    async def load(self) -> None:
        """Read what an earlier run left.

        Raises:
            OSError: a damaged file can't be put aside.
            CheckpointError: it is damaged, and the behaviour is to end.
        """
        self.damaged = self._program.files.exists(f"{self._path}.bad")
        if not self._program.files.exists(self._path):
            return
        try:
            self._entries = parse_checkpoint(await self._program.files.read(self._path))
            self._on_disk = True
            # Whoever wrote it may have been killed before its name was durable; what is delivered from now on is.
            await self._program.files.sync_dir(parent(self._path))
        except (CheckpointError, OSError) as error:
            if self._behaviour.damaged_checkpoint == "end_silently":
                raise CheckpointError(str(error)) from error
            self.damaged = True
            self._program.log.error("recover", f"checkpoint {self._path} can't be read: {error}; going on without")
            await self._program.files.rename(self._path, f"{self._path}.bad")
            await self._program.files.sync_dir(parent(self._path))

    @property
    def entries(self) -> Mapping[str, Entry]:
        """What it says, by the path of a rescue file."""
        return self._entries

    def put(self, path: str, entry: Entry) -> None:
        """Set a file's entry, in memory."""
        self._entries[path] = entry

    async def prune(self, present: Iterable[str]) -> None:
        """Drop the entries of files that are gone: a crash came between a file's removal and its entry's.

        Raises:
            OSError: it can't be written.
        """
        if self._behaviour.checkpoint_entry == "stays":
            return
        present = set(present)
        if self.damaged and not present:
            await self._program.files.rename(f"{self._path}.bad", f"{self._path}.bad.kept")
            self.damaged = False
        kept = {path: entry for path, entry in self._entries.items() if path in present}
        if len(kept) < len(self._entries):
            self._entries = kept
            await self.save()

    async def drop(self, path: str) -> None:
        """Drop a finished file's entry, in memory and on disk.

        Raises:
            OSError: it can't be written.
        """
        if self._behaviour.checkpoint_entry == "stays":
            return
        if self._entries.pop(path, None) is not None:
            await self.save()

    async def save(self) -> None:
        """Write the entries; the file goes when there are none.

        Raises:
            OSError: it can't be written; the old one is still there.
        """
        if self._entries:
            await write_checkpoint(self._program, checkpoint_bytes(self._entries))
            self._on_disk = True
            self._program.emit("checkpoint.saved", path=self._path, entries=len(self._entries))
        elif self._on_disk:
            await self._program.files.remove(self._path)
            await self._program.files.sync_dir(parent(self._path))
            self._on_disk = False
