"""`append: {data/in_dat/gen.dat: {lines: 10}}`: add to files, as somebody outside the programs would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, final

from pydantic import Field

from engine.rescue.entries import write_by_hand
from engine.storage.disk_port import read_all
from wptest.shapes.scenario_paths import EachPathOnce, RelativePath
from wptest.words.change import StepChange
from wptest.words.registry import nothing
from wptest.words.setting.given_file import GivenFile
from wptest.words.stage import Stage
from wptest.words.verb import ByHand, Nature, Stands, no_program


@final
class AppendLines(ByHand[dict[str, GivenFile]]):
    """Add to files, as somebody outside the programs would; one that isn't there is made."""

    key = "append"
    order = 115
    examples = ({"data/in_dat/gen.dat": {"text": "one more\n"}},)
    value = Annotated[dict[RelativePath, GivenFile], Field(min_length=1), EachPathOnce]
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = ()
    nature = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)
    destroys_lines = True  # a last one without an end
    lives = no_program
    obstacles = hits = nothing

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        disk = stage.machine.disk
        for path, file in self.written.items():
            before = read_all(disk, path)
            data = file.content(path, stage.project, stage.marks, before.count(b"\n"))
            write_by_hand(disk, stage.machine.behaviour, path, stage.project.rescue_root, data, behind=True)
            if file.owed:
                stage.book_lines(path, data, before)
        return ()

    @property
    def files(self) -> Mapping[str, GivenFile]:
        """See `Verb.files`."""
        return self.written
