"""`resume: wparse`: let a program that was paused go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from wptest.shapes.values import ProcessKey
from wptest.words.change import Keys, Pointless, StepChange, Why
from wptest.words.doings import LaterDoings
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Stage, State
from wptest.words.verb import Nature, Snippet, Stands, Verb, no_time


@dataclass(frozen=True, slots=True)
class NotPaused(StepChange):
    """A program was to go on that stood still at no time."""

    name: str
    keys: Keys  # of the step

    def pointless(self, _done: LaterDoings) -> Pointless | None:
        """See `StepChange.pointless`: nothing can come of it."""
        message = f"{self.name} was not paused, so there was nothing to resume"
        return Pointless(self.keys, message, Why((), f"pause it before: {{pause: {self.name}}}"))


def resume(stage: Stage, name: str, keys: Keys) -> Sequence[StepChange]:
    """Let the program of that name go on.

    Raises:
        NotRunningError: it doesn't run.
    """
    process = stage.running(name)
    was_paused = process.paused
    process.resume()
    stage.machine.emit(name, "program.resumed")
    return () if was_paused else [NotPaused(name, keys)]


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
        return resume(stage, self.written, ("resume",))

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        lives.address(self.written, ("resume",), State.RUNNING, "let it go on")
