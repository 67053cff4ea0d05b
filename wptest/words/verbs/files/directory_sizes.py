"""`disk: {data/rescue: {size: 64MiB}}`: change how much fits into directories."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, final

from pydantic import Field

from engine.storage.quotas import Room
from wptest.shapes.scenario_paths import EachPathOnce, RelativePath
from wptest.shapes.shape import Shape, documented
from wptest.shapes.values import Size
from wptest.text.wording import so_many
from wptest.words.change import InForce, Pointless, StepChange, Why
from wptest.words.doings import LaterDoings
from wptest.words.obstacle import Reason
from wptest.words.stage import Reality, Stage
from wptest.words.verb import ByHand, Hit, Nature, Snippet, Stands, no_program

if TYPE_CHECKING:
    from engine.machine import Machine


class DiskSpace(Shape):
    """How many bytes fit into a directory."""

    size: Size = documented("How much fits; what is beyond it fails with ENOSPC.", "256KiB", default=...)


@dataclass(frozen=True, slots=True)
class Resized(StepChange):
    """A directory that so many bytes fit into from now on."""

    room: Room

    @property
    def subject(self) -> Hashable:
        """See `StepChange.subject`."""
        return "room", self.room.directory

    def pointless(self, _done: LaterDoings) -> Pointless | None:
        """See `StepChange.pointless`: one that is narrower than before has to be full."""
        room = self.room
        if not room.narrows or room.was_full:
            return None
        message = f"{room.directory} was never full: {so_many(room.size, 'byte')} fit"
        most = f"in it at most, when something was written: {so_many(room.most, 'byte')}"
        evidence = most if room.most else "nothing was written there since then"
        help_ = "make it smaller, or let more be written" if room.most else "name the directory that is written to"
        return Pointless(("disk", room.directory), message, Why((evidence,), help_))

    def in_force(self, _machine: Machine, _first: StepChange) -> InForce | None:
        """See `StepChange.in_force`."""
        if not self.room.was_full:
            return None
        directory = self.room.directory
        text = f"{directory} is full: {so_many(self.room.size, 'byte')} fit into it"
        return InForce(text, f"disk: {{{directory}: {{size: ...}}}}")


@final
class ResizeDirectories(ByHand[dict[str, DiskSpace]]):
    """Change how much fits into directories."""

    key = "disk"
    order = 90
    examples = ({"data/rescue": {"size": "64MiB"}},)
    value = Annotated[dict[RelativePath, DiskSpace], Field(min_length=1), EachPathOnce]
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = (
        Snippet(
            "disk", "Change how much fits into a directory", {"disk": {"${1:data/rescue}": {"size": "${2:64MiB}"}}}
        ),
    )
    nature = Nature(keeps_back=True, may_miss=False, is_heard=False, settles=False)
    destroys_lines = False
    lives = no_program

    def change(self, stage: Stage) -> Sequence[StepChange]:
        """See `ByHand.change`."""
        return list(map(Resized, stage.resize({path: space.size for path, space in self.written.items()})))

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return real.why_no_rooms()

    def hits(self) -> Iterable[Hit]:
        """See `Verb.hits`."""
        return (Hit("full disk", directory=directory) for directory in self.written)

    def beyond(self, databases: Sequence[str]) -> Iterator[str]:
        """See `Verb.beyond`."""
        for directory in self.written:
            yield from too_large(databases, directory)


def too_large(databases: Sequence[str], directory: str) -> Iterator[str]:
    """What the size of a directory doesn't reach of the databases in it."""
    inside = (path for path in databases if path.startswith(f"{directory}/"))
    return (f"the database {path} takes no room in {directory}" for path in inside)
