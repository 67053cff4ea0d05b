"""`files: {data/x.dat: {lines: 100}}`: files that are there at the start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, final

from wptest.shapes.scenario_paths import EachPathOnce, RelativePath
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.setting.given_file import GivenFile, why_not_equal
from wptest.words.setting.part import GivenPart, Outset
from wptest.words.stage import Reality
from wptest.words.verb import Snippet


@final
class FilesAtStart(GivenPart[Mapping[str, GivenFile]]):
    """Files that are there at the start, by path."""

    key = "files"
    order = 50
    examples = ({"data/rescue/a-2025-10-04_01:59:24.dat": {"lines": 100}},)
    value = Annotated[dict[RelativePath, GivenFile], EachPathOnce]
    snippets = (
        Snippet(
            "rescue file",
            "A rescue file that is there at the start",
            {"files": {"data/rescue/${1:access_log}-2025-10-04_01:59:24.dat": {"lines": "${2:100}"}}},
        ),
    )
    names = misuses = hits = nothing

    def set_up(self, outset: Outset) -> None:
        """See `GivenPart.set_up`."""
        outset.files = self.written

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `GivenPart.obstacles`."""
        return why_not_equal(real, self.written.values())
