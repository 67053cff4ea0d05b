"""`disk: {data/rescue: {size: 256KiB}}`: how much fits into directories from the start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, final

from wptest.shapes.scenario_paths import EachPathOnce, RelativePath
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.setting.part import GivenPart, Outset
from wptest.words.stage import Reality
from wptest.words.verb import Hit, Snippet
from wptest.words.verbs.files.directory_sizes import DiskSpace, too_large


@final
class RoomAtStart(GivenPart[Mapping[str, DiskSpace]]):
    """How much fits into directories."""

    key = "disk"
    order = 60
    examples = ({"data/rescue": {"size": "256KiB"}},)
    value = Annotated[dict[RelativePath, DiskSpace], EachPathOnce]
    snippets = (
        Snippet(
            "small disk", "A directory with little room", {"disk": {"${1:data/rescue}": {"size": "${2:256KiB}"}}}
        ),
    )
    names = misuses = nothing

    def set_up(self, outset: Outset) -> None:
        """See `GivenPart.set_up`."""
        outset.rooms = {path: space.size for path, space in self.written.items()}

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `GivenPart.obstacles`."""
        return real.why_no_rooms()

    def hits(self) -> Iterable[Hit]:
        """See `GivenPart.hits`."""
        return (Hit("full disk", directory=directory) for directory in self.written)

    def beyond(self, databases: Sequence[str]) -> Iterable[str]:
        """See `GivenPart.beyond`."""
        return (what for directory in self.written for what in too_large(databases, directory))
