"""`behaviour: wp-motor-1.17`: what the programs do where real versions differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, final

from pydantic import AfterValidator, Field

from engine.behaviour.profile import behaviour_of
from wptest.shapes import written
from wptest.shapes.shape import Many
from wptest.shapes.values import OneOrMany
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.setting.part import GivenPart, Outset
from wptest.words.stage import Reality


def _known(word: str) -> str:
    behaviour_of([word])
    return word


@final
class ProgramsBehaviour(GivenPart[tuple[str, ...]]):
    """What the programs do where real versions differ: a profile, or `CHOICE=VALUE`, or a list of them.

    Of several a later one wins. The scenario is about such programs alone, whatever a command says.
    Without it, the command says it.
    """

    key = "behaviour"
    order = 100
    examples = ("wp-motor-1.17", ["wp-motor-1.17", "resume=from_checkpoint"])
    value = Annotated[
        Many[Annotated[str, AfterValidator(_known), written.BEHAVIOUR_SCHEMA]], Field(min_length=1), OneOrMany
    ]
    snippets = ()
    names = misuses = hits = nothing

    def set_up(self, outset: Outset) -> None:
        """See `GivenPart.set_up`."""
        outset.behaviour = behaviour_of(self.written)

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `GivenPart.obstacles`: programs of others are what they are."""
        return real.why_not_so(behaviour_of(self.written))
