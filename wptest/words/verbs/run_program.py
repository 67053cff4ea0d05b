"""`run: wprescue work`: start a program and wait until it has ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from wptest.words.change import StepChange
from wptest.words.command_line import WithCommand
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Stage
from wptest.words.verb import IN_THE_TIMELINE, Snippet, Stands


@final
class RunProgram(WithCommand):
    """Start a program and wait until it has ended."""

    key = "run"
    order = 10
    stands = Stands(when=True, meanwhile=IN_THE_TIMELINE, cleanup=True)
    snippets = (
        Snippet("run", "Run a program to its end", {"run": "${1:wprescue work}"}),
        Snippet("recover", "Recover what is left", {"run": "wprescue work"}, chapter="cleanup"),
    )
    hits = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        await stage.waiting.until_ended(stage.start(self.written).process)
        return ()

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        lives.run(self.written)

    def takes(self) -> int | None:
        """See `Verb.takes`: without a speed, `wpgen` writes all at once."""
        return 0 if self.written.program == "wpgen" and not self.written.options.get("speed") else None
