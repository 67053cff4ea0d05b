"""`truncate: {data/out_dat/a.dat: 100}`: cut files to a size, as somebody outside the programs would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, final

from pydantic import Field

from engine.storage.disk_port import Disk
from wptest.shapes.scenario_paths import EachPathOnce, RelativePath
from wptest.shapes.values import Size
from wptest.text.wording import so_many
from wptest.words.change import Pointless, StepChange, Why
from wptest.words.doings import LaterDoings
from wptest.words.registry import nothing
from wptest.words.stage import Stage
from wptest.words.verb import ByHand, Nature, Snippet, Stands, no_program


def cut_file(disk: Disk, path: str, size: int) -> int:
    """Cut a file that is larger than `size` bytes; how large it was.

    Raises:
        FileNotFoundError: there is none.
    """
    before = disk.stat(path).size
    descriptor = disk.open(path)
    try:
        disk.truncate(descriptor, min(size, before))
    finally:
        disk.close(descriptor)
    return before


@dataclass(frozen=True, slots=True)
class CutOff(StepChange):
    """A file that was so large before it was cut to a size."""

    path: str
    before: int
    size: int

    def pointless(self, _done: LaterDoings) -> Pointless | None:
        """See `StepChange.pointless`: there has to be something to cut off."""
        if self.before > self.size:
            return None
        message = f"nothing was cut off {self.path}: it had {so_many(self.before, 'byte')}"
        return Pointless(("truncate", self.path), message, Why((), "cut it to fewer, or when more is in it"))


@final
class TruncateFiles(ByHand[dict[str, int]]):
    """Cut files to so many bytes, as somebody outside the programs would."""

    key = "truncate"
    order = 125
    examples = ({"data/rescue/a-2025-10-04_01:59:24.dat": 100},)
    value = Annotated[dict[RelativePath, Size], Field(min_length=1), EachPathOnce]
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = (Snippet("truncate", "Cut a file to a size", {"truncate": {"${1:data/out_dat/a.dat}": "${2:0}"}}),)
    nature = Nature(keeps_back=True, may_miss=False, is_heard=False, settles=False)
    destroys_lines = True
    lives = no_program
    obstacles = hits = nothing

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        changes = []
        for path, size in self.written.items():
            changes.append(CutOff(path, cut_file(stage.machine.disk, path, size), size))
            stage.destroyed(path)
        return changes

    def beyond(self, databases: Sequence[str]) -> Iterator[str]:
        """See `Verb.beyond`."""
        return (f"cutting {path} doesn't cut the database" for path in self.written if path in databases)
