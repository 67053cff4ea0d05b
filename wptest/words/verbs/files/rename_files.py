"""`rename: {data/out_dat/a.dat: data/out_dat/a.old}`: give files another name, as somebody outside would."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, final

from pydantic import Field

from engine.storage.disk_port import files_below, parent
from wptest.shapes.scenario_paths import EachPathOnce, RelativePath
from wptest.words.change import StepChange
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.stage import Reality, Stage
from wptest.words.verb import ByHand, Nature, Stands, no_program


@final
class RenameFiles(ByHand[dict[str, str]]):
    """Give files or directories another name, over a file that has it. Who has them open goes on with them."""

    key = "rename"
    order = 122
    examples = ({"data/out_dat/a.dat": "data/out_dat/a.old"},)
    value = Annotated[dict[RelativePath, RelativePath], Field(min_length=1), EachPathOnce]
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = ()
    nature = Nature(keeps_back=True, may_miss=False, is_heard=False, settles=False)
    destroys_lines = True
    lives = no_program
    hits = nothing

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        disk = stage.machine.disk
        for path, to in self.written.items():
            moved = files_below(disk, path) or [path]  # of a directory, each of its files has another name
            disk.mkdir(parent(to))
            disk.rename(path, to)
            for each in moved:
                stage.moved(each, to + each.removeprefix(path))
        return ()

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return (reason for path in self.written for reason in real.why_not_followed(path))

    @property
    def makes(self) -> Iterable[str]:
        """See `Verb.makes`."""
        return self.written.values()
