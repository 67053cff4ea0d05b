"""The black hole: takes everything, keeps nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from engine.machine import Program
from engine.machine.target import Target
from engine.project.model import SinkConf
from engine.project.sink_kind import SinkKind
from engine.sinks.maker import Maker


class BlackholeSink:
    """Counts lines and forgets them; implements `Sink`. It has no target, so nothing of it can be reconciled."""

    def __init__(self, program: Program, conf: SinkConf) -> None:
        self.name = conf.id
        self._program = program

    async def write(self, lines: Sequence[bytes]) -> None:
        """See `Sink.write`."""
        for part in self._program.machine.deliveries.split(self.name, lines):
            total = self._program.machine.deliveries.add(self.name, len(part))
            self._program.emit("sink.delivered", sink=self.name, path=None, lines=len(part), total=total)

    async def reconnect(self) -> None:
        """See `Sink.reconnect`."""

    async def sync(self) -> None:
        """See `Sink.sync`."""

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Target | None]:
        """See `Sink.turn`."""
        yield None


BLACKHOLE_KIND: SinkKind[Maker] = SinkKind(
    name="blackhole",
    order=3,
    docs="takes lines and keeps none",
    by_name=True,
    target="none",
    has_phases=False,
    default_phases=(),
    trouble=None,
    is_counted=False,
    stands_in=False,
    parameters=(),
    engines=(),
    modes=(),
    make=BlackholeSink,
)
