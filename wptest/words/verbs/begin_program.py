"""`start: wparse daemon`: start a program and go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, final

from engine.programs.command import Command
from wptest.words.change import StepChange
from wptest.words.obstacle import Reason
from wptest.words.registry import nothing
from wptest.words.stage import Lives, Reality, Stage
from wptest.words.verb import IN_THE_TIMELINE, Nature, Snippet, Stands, Verb, no_time
from wptest.words.verbs.command_line import CommandLine

_MODES_THAT_END = {"wparse daemon": "wparse batch", "wprescue daemon": "wprescue work"}


@final
class StartProgram(Verb[Command]):
    """Start a program and go on."""

    key = "start"
    order = 20
    examples = ()
    value = CommandLine
    stands = Stands(when=True, meanwhile=IN_THE_TIMELINE, cleanup="use 'run': a cleanup has to come to its end")
    snippets = (Snippet("start", "Start a program and go on", {"start": "${1:wparse daemon}"}),)
    nature = Nature(keeps_back=False, may_miss=False, is_heard=False, settles=False)
    takes = no_time
    hits = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        stage.start(self.written)
        return ()

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        lives.start(self.written)

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return real.why_not_started(self.written)

    @property
    def command(self) -> Command | None:
        """See `Verb.command`."""
        return self.written

    @classmethod
    def simpler(cls, written: Any) -> Iterator[Mapping[str, Any]]:
        """See `Verb.simpler`: what is waited for later can just be run, in a mode that ends."""
        for daemon, ending in _MODES_THAT_END.items():
            written = written.replace(daemon, ending)
        yield {"run": written}
