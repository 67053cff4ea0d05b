"""`write: {data/a.dat: {lines: 10}}`: write files, as somebody outside the programs would."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, final

from pydantic import Field

from engine.rescue.entries import write_by_hand
from wptest.shapes.scenario_paths import EachPathOnce, RelativePath
from wptest.words.change import StepChange
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.setting.given_file import GivenFile, why_not_equal
from wptest.words.stage import Reality, Stage
from wptest.words.verb import ByHand, Nature, Stands, no_program


@final
class WriteFiles(ByHand[dict[str, GivenFile]]):
    """Write files, as somebody outside the programs would."""

    key = "write"
    order = 110
    examples = ({"data/rescue/a-2025-10-04_03:00:00.dat": {"lines": 10}},)
    value = Annotated[dict[RelativePath, GivenFile], Field(min_length=1), EachPathOnce]
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = ()
    nature = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)
    destroys_lines = True
    lives = no_program
    hits = nothing

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return why_not_equal(real, self.written.values())

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        for path, file in self.written.items():
            data = file.content(path, stage.project, stage.marks)
            write_by_hand(stage.machine.disk, stage.machine.behaviour, path, stage.project.rescue_root, data)
            if file.owed:
                stage.book_file(path)
        return ()

    @property
    def files(self) -> Mapping[str, GivenFile]:
        """See `Verb.files`."""
        return self.written
