"""What programs do to a disk, as plain data, so that a simulated and a real one can be told to do the same."""

from __future__ import annotations

from random import Random

from engine.storage.disk_port import Disk

History = list[list[str | int]]

# Bytes are letters that no two appends of a history have in common; a size says how many.
HISTORIES: dict[str, History] = {
    "an append within the last block": [
        ["append", "f", 1000], ["fsync", "f"], ["sync_dir", ""], ["append", "f", 500],
    ],
    "an append beyond the last block": [
        ["append", "f", 1000], ["fsync", "f"], ["sync_dir", ""], ["append", "f", 9000],
        ["append", "other", 1], ["fsync", "other"],
    ],
    "a new file that was synced, its name not": [["append", "f", 300], ["fsync", "f"]],
    "a new file whose name was synced, its bytes not": [["append", "f", 300], ["sync_dir", ""]],
    "a rename of a file that was never synced": [["append", "a", 300], ["rename", "a", "b"]],
    "a rename of one, and then a sync of another file": [
        ["append", "a", 300], ["rename", "a", "b"], ["append", "other", 1], ["fsync", "other"],
    ],
    "a file replaced as it should be": [
        ["append", "f", 6000], ["fsync", "f"], ["sync_dir", ""],
        ["append", "f.tmp", 300], ["fsync", "f.tmp"], ["rename", "f.tmp", "f"], ["sync_dir", ""],
    ],
    "a file replaced without a sync": [
        ["append", "f", 6000], ["fsync", "f"], ["sync_dir", ""], ["append", "f.tmp", 300], ["rename", "f.tmp", "f"],
        ["append", "other", 1], ["fsync", "other"],
    ],
    "a torn end that was cut off": [
        ["append", "f", 1000], ["fsync", "f"], ["sync_dir", ""], ["append", "f", 500], ["cut", "f", 1200],
        ["append", "other", 1], ["fsync", "other"],
    ],
    "a torn end that was cut off in a new file": [
        ["append", "f", 500], ["cut", "f", 200], ["append", "other", 1], ["fsync", "other"],
    ],
    "a cut and an append in its place": [
        ["append", "f", 6000], ["fsync", "f"], ["sync_dir", ""], ["cut", "f", 3000], ["append", "f", 3000],
        ["append", "other", 1], ["fsync", "other"],
    ],
    "an append, a cut of a part of it and another": [
        ["append", "f", 1000], ["fsync", "f"], ["sync_dir", ""], ["append", "f", 9000], ["cut", "f", 6000],
        ["append", "f", 100], ["append", "other", 1], ["fsync", "other"],
    ],
    "a rename to another directory": [
        ["mkdir", "d"], ["append", "a", 300], ["fsync", "a"], ["sync_dir", "d"], ["sync_dir", ""],
        ["rename", "a", "d/a"],
    ],
    "a rename to another directory that is synced": [
        ["mkdir", "d"], ["append", "a", 300], ["fsync", "a"], ["sync_dir", "d"], ["sync_dir", ""],
        ["rename", "a", "d/a"], ["sync_dir", "d"],
    ],
    "a remove": [["append", "a", 300], ["fsync", "a"], ["sync_dir", ""], ["remove", "a"]],
    "a file that was removed and made anew": [
        ["append", "a", 300], ["fsync", "a"], ["sync_dir", ""],
        ["remove", "a"], ["append", "a", 200], ["fsync", "a"],
    ],
    "a file in a directory that was never synced": [["mkdir", "d"], ["append", "d/a", 300], ["fsync", "d/a"]],
    "a directory whose own name was synced": [["mkdir", "d"], ["append", "d/a", 300], ["sync_dir", ""]],
}  # fmt: skip

_FILES = ("a", "b", "d/a")


def drawn(seed: int) -> History:
    """A history by chance, of few enough operations that everything it may leave can be listed."""
    chance = Random(seed)
    history: History = [["mkdir", "d"], ["sync_dir", ""]]
    for _ in range(chance.randrange(3, 9)):
        path = chance.choice(_FILES)
        match chance.choice(("append", "append", "append", "cut", "fsync", "rename", "remove", "sync_dir")):
            case "append":
                history.append(["append", path, chance.choice((300, 1000, 5000))])
            case "cut":
                history.append(["cut", path, chance.choice((0, 200, 1200, 4096))])
            case "rename":
                history.append(["rename", path, chance.choice(_FILES)])
            case "sync_dir":
                history.append(["sync_dir", chance.choice(("", "d"))])
            case kind:
                history.append([kind, path])
    return history


def play(disk: Disk, history: History) -> None:
    """Do it all; what can't be done, because there is no such file, is left out."""
    for number, (kind, path, *rest) in enumerate(history):
        if kind not in ("append", "mkdir") and path != "" and not disk.exists(str(path)):
            continue
        if kind in ("append", "cut", "fsync"):
            descriptor = disk.open(str(path))
            _on_open(disk, descriptor, str(kind), number, *rest)
            disk.close(descriptor)
        else:
            getattr(disk, str(kind))(path, *rest)


def _on_open(disk: Disk, descriptor: int, kind: str, number: int, size: int | str = 0) -> None:
    if kind == "append":
        disk.append(descriptor, bytes([ord("A") + number]) * int(size))
    elif kind == "fsync":
        disk.fsync(descriptor)
    elif int(size) < disk.size(descriptor):
        disk.truncate(descriptor, int(size))
