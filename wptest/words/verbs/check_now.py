"""`check: {rescue: {dat: "> 0"}}`: check what must hold at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from wptest.words.change import StepChange
from wptest.words.expect import Check
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Stage
from wptest.words.verb import Nature, Snippet, Stands, Verb, no_time


@final
class CheckNow(Verb[Check]):
    """Check what must hold at this moment."""

    key = "check"
    order = 150
    examples = ({"rescue": {"dat": "> 0"}},)
    value = Check
    stands = Stands(
        when=True,
        meanwhile="put it in 'when', or into 'then'",
        cleanup="what must hold is said in 'then', which is judged before the cleanup",
    )
    snippets = (Snippet("check", "Check rescue files now", {"check": {"rescue": {"dat": "${1:> 0}", "lock": 0}}}),)
    nature = Nature(keeps_back=False, may_miss=False, is_heard=True, settles=False)
    takes = no_time
    obstacles = hits = nothing

    async def do(self, _stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`: what it expects is judged by whoever takes the step."""
        return ()

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        lives.check(self.written, ("check",))

    @property
    def check(self) -> Check | None:
        """See `Verb.check`."""
        return self.written
