"""`copy: {data/rescue/a.dat: backup/a.dat}`: copy files, as a backup or its restoration does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, final

from pydantic import Field

from engine.storage.disk_port import copy_file
from wptest.shapes.scenario_paths import EachPathOnce, RelativePath
from wptest.words.change import StepChange
from wptest.words.registry import nothing
from wptest.words.stage import Stage
from wptest.words.verb import ByHand, Nature, Stands, no_program


@final
class CopyFiles(ByHand[dict[str, str]]):
    """Copy files, as a backup does, and who brings it back. The lines of a copy are owed to nobody once more."""

    key = "copy"
    order = 124
    examples = ({"data/rescue/a-2025-10-04_01:59:24.dat": "backup/a.dat"},)
    value = Annotated[dict[RelativePath, RelativePath], Field(min_length=1), EachPathOnce]
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = ()
    nature = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)
    destroys_lines = True
    lives = no_program
    obstacles = hits = nothing

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        for path, to in self.written.items():
            copy_file(stage.machine.disk, path, to)
            stage.copied(to)
        return ()

    @property
    def makes(self) -> Iterable[str]:
        """See `Verb.makes`."""
        return self.written.values()
