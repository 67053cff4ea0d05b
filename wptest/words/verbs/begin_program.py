"""`start: wparse daemon`: start a program and go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, final

from wptest.words.change import StepChange
from wptest.words.command_line import WithCommand
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Stage
from wptest.words.verb import IN_THE_TIMELINE, Snippet, Stands, no_time

_MODES_THAT_END = {"wparse daemon": "wparse batch", "wprescue daemon": "wprescue work"}


@final
class StartProgram(WithCommand):
    """Start a program and go on."""

    key = "start"
    order = 20
    stands = Stands(when=True, meanwhile=IN_THE_TIMELINE, cleanup="use 'run': a cleanup has to come to its end")
    snippets = (Snippet("start", "Start a program and go on", {"start": "${1:wparse daemon}"}),)
    takes = no_time
    hits = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        stage.start(self.written)
        return ()

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        lives.start(self.written)

    @classmethod
    def simpler(cls, written: Any) -> Iterator[Mapping[str, Any]]:
        """See `Verb.simpler`: what is waited for later can just be run, in a mode that ends."""
        command = written["command"] if isinstance(written, dict) else written
        for daemon, ending in _MODES_THAT_END.items():
            command = command.replace(daemon, ending)
        yield {"run": {**written, "command": command} if isinstance(written, dict) else command}
