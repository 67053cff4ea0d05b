"""`restart: db`: start a database server again, with what it has left on its disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import final

from wptest.shapes.values import ProcessKey
from wptest.words.change import StepChange
from wptest.words.registry import nothing
from wptest.words.stage import Lives, NotRunningError, Stage
from wptest.words.verb import Hit, Nature, Snippet, Stands, Verb, no_time


@final
class RestartServer(Verb[str]):
    """Start a database server again, with what it has left on its disk; one that runs is stopped before."""

    key = "restart"
    order = 56
    examples = ("db",)
    value = ProcessKey
    stands = Stands(when=True, meanwhile=True, cleanup=True)
    snippets = (Snippet("restart", "Start a database server again", {"after": "${1:500ms}", "restart": "${2:db}"}),)
    nature = Nature(keeps_back=True, may_miss=False, is_heard=False, settles=False)
    takes = no_time
    obstacles = nothing

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        from engine.servers.on_machine import processes_of  # noqa: PLC0415 - for a run only

        for server in processes_of(stage.machine):
            if server.name == self.written:
                if server.alive:
                    server.stop()
                    process = server.process
                    assert process is not None, "it lives"
                    await process.ended.wait()
                server.start()
                return ()
        raise NotRunningError(self.written)

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        lives.restart(self.written, ("restart",))

    def hits(self) -> Iterable[Hit]:
        """See `Verb.hits`."""
        yield Hit("restart", program=self.written)
