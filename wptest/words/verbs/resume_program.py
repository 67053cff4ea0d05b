"""`resume: wparse`: let a program that was paused go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from wptest.shapes.values import ProcessKey
from wptest.words.change import StepChange
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Stage, State
from wptest.words.verb import Nature, Snippet, Stands, Verb, no_time


def resume(stage: Stage, name: str) -> None:
    """Let the program of that name go on.

    Raises:
        NotRunningError: it doesn't run.
    """
    stage.running(name).process.resume()
    stage.machine.emit(name, "program.resumed")


@final
class ResumeProgram(Verb[str]):
    """Let a program that was paused go on, as `SIGCONT` does."""

    key = "resume"
    order = 54
    examples = ("wparse",)
    value = ProcessKey
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = (Snippet("resume", "Let a paused program go on", {"after": "${1:30s}", "resume": "${2:wparse}"}),)
    nature = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)
    takes = no_time
    obstacles = hits = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        resume(stage, self.written)
        return ()

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        lives.address(self.written, ("resume",), State.RUNNING, "let it go on")
