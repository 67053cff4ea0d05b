"""`run: wprescue work`: start a program and wait until it has ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import final

from engine.programs.command import Command
from wptest.words.change import StepChange
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Reality, Stage
from wptest.words.verb import IN_THE_TIMELINE, Nature, Snippet, Stands, Verb
from wptest.words.verbs.command_line import CommandLine


@final
class RunProgram(Verb[Command]):
    """Start a program and wait until it has ended."""

    key = "run"
    order = 10
    examples = ()
    value = CommandLine
    stands = Stands(when=True, meanwhile=IN_THE_TIMELINE, cleanup=True)
    snippets = (
        Snippet("run", "Run a program to its end", {"run": "${1:wprescue work}"}),
        Snippet("recover", "Recover what is left", {"run": "wprescue work"}, chapter="cleanup"),
    )
    nature = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)
    hits = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        await stage.waiting.until_ended(stage.start(self.written))
        return ()

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        lives.run(self.written)

    def takes(self) -> int | None:
        """See `Verb.takes`: without a speed, `wpgen` writes all at once."""
        return 0 if self.written.program == "wpgen" and not self.written.options.get("speed") else None

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return real.why_not_started(self.written)

    @property
    def command(self) -> Command | None:
        """See `Verb.command`."""
        return self.written
