"""`pause: wparse`: let a program stand still, as a frozen container or a machine that is moved does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from wptest.shapes.values import ProcessKey
from wptest.words.change import InForce, Keys, Pointless, StepChange, Why
from wptest.words.doings import LaterDoings
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Stage, State
from wptest.words.verb import MAKES_TROUBLE, Hit, Nature, Snippet, Stands, Verb, no_time

if TYPE_CHECKING:
    from engine.kernel import Process
    from engine.machine import Machine


@dataclass(frozen=True, slots=True)
class Paused(StepChange):
    """A program stands still, until it is resumed or the timeline is over."""

    process: Process
    keys: Keys  # of the step

    @property
    def subject(self) -> int:
        """See `StepChange.subject`."""
        return id(self.process)

    def pointless(self, _done: LaterDoings) -> Pointless | None:
        """See `StepChange.pointless`: it has to stand still while there is something to do."""
        if self.process.was_held_back:
            return None
        message = f"{self.process.name} had nothing to do while it was paused"
        return Pointless(self.keys, message, Why((), "pause it while lines come, and let some time pass"))

    @property
    def is_seen_by_nobody(self) -> bool:
        """See `StepChange.is_seen_by_nobody`: what a real process would have done meanwhile, nobody knows."""
        return True

    def in_force(self, _machine: Machine, _first: StepChange) -> InForce | None:
        """See `StepChange.in_force`."""
        if not self.process.paused:
            return None
        return InForce(f"{self.process.name} is still paused", f"resume: {self.process.name}")


def paused(stage: Stage, name: str, keys: Keys) -> Paused:
    """Let the program of that name stand still.

    Raises:
        NotRunningError: it doesn't run.
    """
    process = stage.running(name)
    process.pause()
    stage.machine.emit(name, "program.paused")
    return Paused(process, keys)


@final
class PauseProgram(Verb[str]):
    """Let a program stand still, as `SIGSTOP` does: time goes on, and it goes on upon `resume`."""

    key = "pause"
    order = 52
    examples = ("wparse",)
    value = ProcessKey
    stands = Stands(when=True, meanwhile=True, cleanup=MAKES_TROUBLE)
    snippets = (Snippet("pause", "Let a program stand still", {"at": "${1:3s}", "pause": "${2:wparse}"}),)
    nature = Nature(keeps_back=True, may_miss=False, is_heard=False, settles=False)
    takes = no_time
    obstacles = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        return [paused(stage, self.written, ("pause",))]

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`: nothing is asked of it, so it is as it was."""
        lives.address(self.written, ("pause",), State.RUNNING, "paused it")

    def hits(self) -> Iterable[Hit]:
        """See `Verb.hits`."""
        yield Hit("pause", program=self.written)
