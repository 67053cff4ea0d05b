"""What a checkpoint says, `recover.lock` in the rescue root: the oracle's own reading, and none of the engine's.

It is JSON: by the path of a rescue file, how many of its `lines` are done with, the `offset` of the next one,
how large the `target` was then, and the `identity` of the file; public versions say how many lines, and no
more, in a directory of their own and by absolute paths. A position that the programs write wrong and read
back wrong would look right if it was read by their code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from engine.machine import Machine
from engine.storage.disk_port import read_all

_NAME = "recover.lock"
_WHOLE, _STEP, _PART = 1 << 20, 1 << 16, 1 << 12
_NUMBERS = ("lines", "offset", "target")


class UnreadableCheckpointError(ValueError):
    """The checkpoint is there, and is none."""


@dataclass(frozen=True, slots=True)
class DoneWith:
    """How far a rescue file is done with, as the checkpoint says.

    Attributes:
        lines: so many of its lines, blank and quarantined ones included.
        offset: so many of its bytes.
        target: how large its target was then.
        identity: of which file of that name this is said: how large it was, and the CRC-32 of these bytes, of the
            first MiB of all and then of the first 4 KiB of every 64; empty where it is any file with the name.
    """

    lines: int
    offset: int = 0
    target: int = 0
    identity: str = ""

    def is_of(self, data: bytes) -> bool:
        """Whether it is said of the file that has this content, and not of an earlier one of its name."""
        if not self.identity:
            return True
        return self.offset <= len(data) and self.identity.endswith(f"-{beginning_checksum(data, self.offset):08x}")


def beginning_checksum(data: bytes, size: int) -> int:
    """The CRC-32 of the first bytes of a file: of the first MiB of all, then of the first 4 KiB of every 64."""
    parts = [data[: min(size, _WHOLE)]]
    parts += [data[start : min(start + _PART, size)] for start in range(_WHOLE, size, _STEP)]
    return crc32(b"".join(parts))


def checkpoint_place(machine: Machine, rescue_root: str) -> str:
    """The path of the checkpoint."""
    in_root = machine.behaviour.checkpoint_place == "rescue_root"
    return f"{rescue_root if in_root else 'rescue'}/{_NAME}"


def read_checkpoint(machine: Machine, rescue_root: str) -> dict[str, DoneWith]:
    """What the checkpoint says, by the path of the rescue file; nothing where there is none.

    Raises:
        UnreadableCheckpointError: it is there, and is none.
    """
    data, root = read_all(machine.disk, checkpoint_place(machine, rescue_root)), f"{machine.work_root}/"
    if not data:
        return {}
    try:
        return {path.removeprefix(root): _entry(written) for path, written in json.loads(data).items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableCheckpointError(str(error)) from error


def _entry(written: Any) -> DoneWith:
    if type(written) is int and written >= 0:
        return DoneWith(written)
    if set(written) != {*_NUMBERS, "identity"}:
        raise ValueError(f"an entry has {', '.join(written)}")
    numbers = [written[name] for name in _NUMBERS]
    if type(written["identity"]) is not str or not all(type(each) is int and each >= 0 for each in numbers):
        raise ValueError("a value has the wrong type or is negative")
    return DoneWith(written["lines"], written["offset"], written["target"], written["identity"])
