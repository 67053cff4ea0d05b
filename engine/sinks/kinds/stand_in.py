"""A stand-in for a sink of a type that the engine doesn't have: Kafka, a database, a socket.

It keeps lines in a file, so that the ledger can count them, and is down when the scenario says so (`given:
phases:`); else it is always up. Storage faults on its file are the errors of the real thing.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.machine import Program
from engine.project.model import ErrorClass, SinkConf
from engine.project.sink_kind import SinkKind
from engine.sinks.kinds.test_rescue import TestRescueSink
from engine.sinks.maker import Maker
from engine.sinks.sink import SinkError

_SOCKETS = ("tcp", "syslog")


class StandInSink(TestRescueSink):
    """A file sink with phases whose errors are those of any sink.

    Where sockets are taken for back without a look, one that was closed once stays so (D18).
    """

    ERROR_CLASS: ErrorClass = "sink"

    def __init__(self, program: Program, conf: SinkConf) -> None:
        super().__init__(program, conf)
        self._is_assumed = program.behaviour.reconnect == "assume_files" and conf.stands_for in _SOCKETS
        self._is_closed = False

    def connect(self) -> None:
        """Reach the other end for the first time.

        Raises:
            SinkError: it is down.
        """
        self._need_health()

    async def write(self, lines: Sequence[bytes]) -> None:
        """See `Sink.write`."""
        self._is_closed = self._is_assumed and (self._is_closed or not self.up)
        if self._is_closed and not self._program.machine.faultless:
            raise SinkError(self.ERROR_CLASS, f"{self.name} is closed")
        await super().write(lines)

    async def reconnect(self) -> None:
        """See `Sink.reconnect`."""
        if not self._is_assumed:
            await super().reconnect()


STAND_IN_KIND: SinkKind[Maker] = SinkKind(
    name="stand_in",
    order=6,
    docs="stands for something that there is none of here",
    by_name=False,
    target="by_id",
    has_phases=True,
    default_phases=(),
    trouble=None,
    is_counted=False,
    stands_in=True,
    parameters=(),
    engines=(),
    modes=(),
    make=StandInSink,
)
