"""What programs do to a disk, as plain data, so that a simulated and a real one can be told to do the same.

An operation is its words: `append f 6000`. What it writes are bytes that no other operation of the history writes.
A name that begins with `@` is a file that is open: `open @h f` opens it, and it stays that file when its name
changes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from engine.storage.disk_port import Disk

Operation = tuple[str, ...]
History = tuple[Operation, ...]

_NAMES = ("a", "b", "d/a", "d/b")
_DRAWN = (
    "append", "append", "append", "cut", "fsync", "rename", "rename", "remove", "sync_dir", "write_back",
    "write_back", "commit", "mkdir", "open", "empty",
)  # fmt: skip


def history_of(text: str) -> History:
    """The operations of a text, which a comma parts."""
    return tuple(tuple(each.split()) for each in text.split(","))


def _read() -> Mapping[str, History]:
    tables = tomllib.loads(Path(__file__).with_name("histories.toml").read_text(encoding="utf-8"))
    begin = tables.pop("begin")
    return {
        name: history_of(text.replace("BEGIN", begin)) for table in tables.values() for name, text in table.items()
    }


HISTORIES = _read()


def drawn(seed: int, *, cuts: bool = True) -> History:
    """A history by chance, of few enough operations that everything it may leave can be listed."""
    chance = Random(seed)
    history = ["mkdir d", "sync_dir"]
    for _ in range(chance.randrange(4, 10)):
        name, kind = chance.choice(_NAMES), chance.choice(_DRAWN)
        match kind:
            case "append":
                history.append(f"append {name} {chance.choice((300, 1000, 5000))}")
            case "cut":
                history += [f"cut {name} {chance.choice((0, 200, 1200, 4096))}"] * cuts
            case "rename":
                history.append(f"rename {name} {chance.choice(_NAMES)}")
            case "sync_dir":
                history.append(f"sync_dir {chance.choice(('', 'd', 'e'))}")
            case "mkdir":
                history.append("mkdir e")
            case "open":
                history.append(chance.choice((f"open @h {name}", "append @h 700", "fsync @h")))
            case "commit":
                history.append("commit")
            case _:
                history += [f"{kind} {name}"] * (cuts or kind != "empty")
    return history_of(", ".join(history))


class Player:
    """Does the operations of a history on a disk, but what can't be done, because there is no such file.

    Args:
        disk: a real or a simulated one.
        write_back: has the pages of a file written, which is no operation of a disk and may happen at any time.
        commit: has names and sizes written, likewise.
    """

    def __init__(
        self, disk: Disk, write_back: Callable[[str], None] | None = None, commit: Callable[[], None] | None = None
    ) -> None:
        self._disk = disk
        self._write_back = write_back
        self._commit = commit
        self._open: dict[str, int] = {}

    def play(self, history: Sequence[Operation]) -> None:
        """Do it all."""
        for number, operation in enumerate(history):
            for _call in self.calls(number, operation):
                pass
        self.close()

    def calls(self, number: int, operation: Operation) -> Iterator[None]:
        """Do one operation, call by call."""
        disk, (kind, *words) = self._disk, operation
        match kind, words:
            case "commit", _:
                if self._commit is not None:
                    self._commit()
            case "sync_dir", _:
                directory = "".join(words)
                if not directory or disk.exists(directory):
                    disk.sync_dir(directory)
            case "mkdir", [path]:
                disk.mkdir(path)
            case "open", [handle, path]:
                if _is_there(disk, path) and handle not in self._open:
                    self._open[handle] = disk.open(path)
            case "close", [handle]:
                if handle in self._open:
                    disk.close(self._open.pop(handle))
            case "write_back", [path]:
                if self._write_back is not None and disk.exists(path):
                    self._write_back(path)
            case "rename", [path, target]:
                if disk.exists(path) and _is_there(disk, target):
                    disk.rename(path, target)
            case "remove", [path]:
                if disk.exists(path):
                    disk.remove(path)
            case _, [path, *rest]:
                yield from self._on_file(kind, path, number, *map(int, rest))
        yield

    def close(self) -> None:
        """Close what is still open."""
        for descriptor in self._open.values():
            self._disk.close(descriptor)
        self._open.clear()

    def _on_file(self, kind: str, path: str, number: int, amount: int = 0) -> Iterator[None]:
        disk = self._disk
        if path.startswith("@"):
            descriptor = self._open.get(path)
        elif kind in ("append", "create") and _is_there(disk, path):
            descriptor = disk.open(path)
            yield
        else:
            descriptor = disk.open(path) if disk.exists(path) else None
        if descriptor is None:
            return
        match kind:
            case "append":
                disk.append(descriptor, bytes([_letter(number)]) * amount)
            case "fsync":
                disk.fsync(descriptor)
            case "rewrite":
                disk.rewrite(descriptor, amount)
            case "empty":
                disk.truncate(descriptor, 0)
            case "cut" if amount < disk.size(descriptor):
                disk.truncate(descriptor, amount)
        if not path.startswith("@"):
            disk.close(descriptor)


def _letter(number: int) -> int:
    return (ord("A") + number) % 256 or 1


def _is_there(disk: Disk, path: str) -> bool:
    """Whether the directory of a name is there."""
    directory = path.rpartition("/")[0]
    return not directory or disk.exists(directory)
