"""`disk: {data/rescue: {size: 256KiB}}`: how much fits into directories from the start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, final, get_args

from pydantic import BeforeValidator

from engine.storage.profiles import DiskProfile
from engine.text.mistake import Mistake
from wptest.shapes.scenario_paths import EachPathOnce, RelativePath
from wptest.text.codes import Code
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.setting.part import GivenPart, Outset
from wptest.words.stage import Reality
from wptest.words.verb import Hit, Snippet
from wptest.words.verbs.files.directory_sizes import DiskSpace, too_large


def _no_profile(written: Any) -> Any:
    """The rooms, which a disk profile is none of.

    Raises:
        Mistake: it is the name of one.
    """
    if isinstance(written, str) and written in get_args(DiskProfile):
        expected = "a mapping like {data/rescue: {size: 256KiB}}"
        help_ = f"which file system the disk has is another word: durability: {written}"
        raise Mistake(f"the text '{written}' can't stand here", expected, help_=help_, code=Code.WRONG_TYPE)
    return written


@final
class RoomAtStart(GivenPart[Mapping[str, DiskSpace]]):
    """How much fits into directories."""

    key = "disk"
    order = 60
    examples = ({"data/rescue": {"size": "256KiB"}},)
    value = Annotated[dict[RelativePath, DiskSpace], EachPathOnce, BeforeValidator(_no_profile)]
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
