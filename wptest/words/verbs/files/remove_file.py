"""`remove: data/out_dat/a.dat`: remove a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from wptest.shapes.scenario_paths import RelativePath
from wptest.words.change import StepChange
from wptest.words.registry import nothing
from wptest.words.stage import Stage
from wptest.words.verb import ByHand, Nature, Stands, no_program


@final
class RemoveFile(ByHand[str]):
    """Remove a file."""

    key = "remove"
    order = 120
    examples = ()
    value = RelativePath
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = ()
    nature = Nature(keeps_back=True, may_miss=False, is_heard=False, settles=False)
    destroys_lines = True
    lives = no_program
    obstacles = hits = nothing

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        stage.machine.disk.remove(self.written)
        stage.destroyed(self.written)
        return ()
