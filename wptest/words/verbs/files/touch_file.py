"""`touch: data/rescue/x`: make an empty file, unless it is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import final

from engine.storage.disk_port import parent
from wptest.shapes.scenario_paths import RelativePath
from wptest.words.change import StepChange
from wptest.words.registry import nothing
from wptest.words.stage import Stage
from wptest.words.verb import ByHand, Nature, Stands, no_program


@final
class TouchFile(ByHand[str]):
    """Make an empty file, unless it is there."""

    key = "touch"
    order = 140
    examples = ()
    value = RelativePath
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = ()
    nature = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)
    destroys_lines = False
    lives = no_program
    obstacles = hits = nothing

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        disk = stage.machine.disk
        disk.mkdir(parent(self.written))
        disk.close(disk.open(self.written))
        return ()

    @property
    def makes(self) -> Iterable[str]:
        """See `Verb.makes`."""
        return (self.written,)
