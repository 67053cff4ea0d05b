"""A fault of the user's own, as the verb that it is: a function marked with `@wptest.fault`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import final

from engine.text.source_text import KeyPath
from wptest.shapes.extension import Call
from wptest.words.change import StepChange
from wptest.words.obstacle import Beyond, Reason
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Reality, Stage
from wptest.words.verb import MAKES_TROUBLE, Nature, Stands, Verb, no_time


@final
class UserFault(Verb[Call]):
    """A call of a user's own fault, which stands where a storage fault may."""

    key = "fault"
    order = 0
    examples = snippets = ()
    value = Call
    stands = Stands(when=True, meanwhile=True, cleanup=MAKES_TROUBLE)
    nature = Nature(keeps_back=True, may_miss=True, is_heard=False, settles=False)
    is_own_code = True
    takes = no_time
    hits = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        return stage.call(self.written)

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`: what it does may end any program that doesn't tolerate it."""
        lives.call(self.written, (self.key,))
        lives.trouble_comes()

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        why = f"the fault {self.written.key} is Python code that acts on the engine"
        return real.why_never(Beyond.PYTHON, why)

    @property
    def sinks(self) -> Iterable[tuple[KeyPath, str]]:
        """See `Verb.sinks`."""
        return (((self.key, *place), name) for place, name in self.written.references("sink"))
