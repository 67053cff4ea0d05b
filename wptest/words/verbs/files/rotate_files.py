"""`rotate: {data/out_dat/a.dat: rename}`: rotate files, as tools for log files do."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, final

from pydantic import Field

from engine.storage.disk_port import Disk, copy_file
from engine.storage.errors import failure
from wptest.shapes.scenario_paths import EachPathOnce, RelativePath
from wptest.words.change import StepChange
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.stage import Reality, Stage
from wptest.words.verb import ByHand, Nature, Snippet, Stands, no_program
from wptest.words.verbs.files.truncate_files import cut_file

Way = Literal["rename", "copy"]


@final
class RotateFiles(ByHand[dict[str, Way]]):
    """Rotate files: the file becomes `PATH.1`, an older one `PATH.2`.

    With `rename` who has it open goes on with it under its new name; with `copy` it is copied, and cut to nothing.
    """

    key = "rotate"
    order = 126
    examples = ({"data/out_dat/a.dat": "rename"}, {"data/in_dat/gen.dat": "copy"})
    value = Annotated[dict[RelativePath, Way], Field(min_length=1), EachPathOnce]
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = (Snippet("rotate", "Rotate a file", {"rotate": {"${1:data/out_dat/a.dat}": "${2|rename,copy|}"}}),)
    nature = Nature(keeps_back=True, may_miss=False, is_heard=False, settles=False)
    destroys_lines = True  # of an input, if whoever has read them is dead
    lives = no_program
    hits = nothing

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        disk = stage.machine.disk
        for path, way in self.written.items():
            if not disk.exists(path):
                raise failure(errno.ENOENT, path)
            for older in range(_rotated(disk, path), 0, -1):
                disk.rename(f"{path}.{older}", f"{path}.{older + 1}")
                stage.moved(f"{path}.{older}", f"{path}.{older + 1}")
            if way == "rename":
                disk.rename(path, f"{path}.1")
            else:
                copy_file(disk, path, f"{path}.1")
                cut_file(disk, path, 0)
            stage.moved(path, f"{path}.1")
        return ()

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        renamed = [path for path, way in self.written.items() if way == "rename"]
        return (reason for path in renamed for reason in real.why_not_followed(path))

    @property
    def makes(self) -> Iterable[str]:
        """See `Verb.makes`."""
        return [f"{path}.1" for path in self.written]


def _rotated(disk: Disk, path: str) -> int:
    """How many rotated files there are."""
    number = 0
    while disk.exists(f"{path}.{number + 1}"):
        number += 1
    return number
