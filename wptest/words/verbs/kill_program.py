"""`kill: wparse`: kill a program, of which no code runs any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import final

from wptest.shapes.values import ProcessKey
from wptest.words.change import StepChange
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Stage, State
from wptest.words.verb import Hit, Nature, Snippet, Stands, Verb, no_time


@final
class Kill(Verb[str]):
    """Kill a program: none of its code runs any more."""

    key = "kill"
    order = 50
    examples = ()
    value = ProcessKey
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = (
        Snippet("kill at", "Kill a program at a time", {"at": "${1:3s}", "kill": "${2:wparse}"}),
        Snippet(
            "kill upon lines",
            "Kill a program at a line",
            {"upon": {"sink": "${1:access_log}", "lines": "${2:100}"}, "kill": "${3:wprescue}"},
        ),
    )
    nature = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)
    takes = no_time
    obstacles = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        stage.kill(self.written)
        return ()

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        lives.address(self.written, ("kill",), State.KILLED, "killed it")

    def hits(self) -> Iterable[Hit]:
        """See `Verb.hits`."""
        yield Hit("kill", program=self.written)
