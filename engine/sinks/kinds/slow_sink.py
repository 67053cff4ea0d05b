"""`slow`: a file sink that takes its time, so that what waits for it piles up."""

from __future__ import annotations

from collections.abc import Sequence

from engine.kernel import sleep
from engine.machine import Program
from engine.project.model import SinkConf
from engine.project.sink_kind import SinkKind, SinkParameter
from engine.sinks.kinds.file_sink import FileSink
from engine.sinks.maker import Maker
from engine.units import MILLISECOND

DELAY = SinkParameter(
    name="delay",
    default=100 * MILLISECOND,
    docs="How long a `slow` sink takes for each batch.",
    example="250ms",
)


class SlowSink(FileSink):
    """A file sink whose lines are delivered after a delay, all lines of one batch together."""

    def __init__(self, program: Program, conf: SinkConf) -> None:
        super().__init__(program, conf)
        self._delay = conf.value_of(DELAY)

    async def write(self, lines: Sequence[bytes]) -> None:
        """See `Sink.write`; it is as quick as any other once all trouble is over."""
        if not self._program.machine.faultless:
            await sleep(self._delay)
        await super().write(lines)


SLOW_KIND: SinkKind[Maker] = SinkKind(
    name="slow",
    order=4,
    docs="writes to a file and takes a while for each batch",
    by_name=True,
    target="file",
    has_phases=False,
    default_phases=(),
    trouble="slow",
    is_counted=True,
    stands_in=False,
    parameters=(DELAY,),
    engines=(),
    modes=(),
    make=SlowSink,
)
