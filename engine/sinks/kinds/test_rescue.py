"""`test_rescue`: a file sink that is up and down by turns, to bring outages about (seed; facts section 2).

The seed has it toggle every 2 s for ever, and wants the phases settable; so they are: by the scenario, by the
sink's own configuration, by the environment variable `WPTEST_RESCUE_PHASES`, in this order. Phases begin when
the program makes the sink, so `wprescue` starts with the first phase again (D16).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.machine import Program
from engine.project.model import ErrorClass, SinkConf
from engine.project.sink_kind import SinkKind
from engine.sinks.kinds.file_sink import FileSink
from engine.sinks.maker import Maker
from engine.sinks.sink import SinkError
from engine.units import SECOND, Phase, parse_phases

PHASES_VARIABLE = "WPTEST_RESCUE_PHASES"


class TestRescueSink(FileSink):
    """A file sink that refuses everything while it is down; its error class is `stg_ctrl`."""

    __test__ = False  # the name is WarpParse's; pytest shall not take it for a test
    ERROR_CLASS: ErrorClass = "stg_ctrl"

    def __init__(self, program: Program, conf: SinkConf) -> None:
        super().__init__(program, conf)
        self._phases = phases_of(conf, program.machine.environment)
        self._cycle = sum(phase.duration for phase in self._phases)
        self._born = program.now
        self._lazy = program.behaviour.outage_phases == "once_when_called"

    @property
    def up(self) -> bool:
        """Whether it takes lines now."""
        if self._program.machine.faultless or self._cycle == 0:
            return True
        if self._lazy:
            return self._up_when_called()
        moment = (self._program.now - self._born) % self._cycle
        for phase in self._phases:
            if moment < phase.duration:
                return phase.up
            moment -= phase.duration
        return True

    def _up_when_called(self) -> bool:
        """Go on to the next phase if the one at hand is over by now, at most by one for each call."""
        if len(self._phases) > 1 and self._program.now - self._born > self._phases[0].duration:
            self._phases, self._born = self._phases[1:], self._program.now
            return self._phases[0].up
        return self._phases[0].up or self._program.now - self._born > self._phases[0].duration

    async def write(self, lines: Sequence[bytes]) -> None:
        """See `Sink.write`."""
        self._need_health()
        await super().write(lines)

    async def reconnect(self) -> None:
        """See `Sink.reconnect`."""
        self._need_health()
        await super().reconnect()

    def _need_health(self) -> None:
        if not self.up:
            raise SinkError(self.ERROR_CLASS, f"{self.name} is down")


def phases_of(conf: SinkConf, environment: Mapping[str, str]) -> tuple[Phase, ...]:
    """What the scenario or the project says (both are in `conf`), else the environment, else what its kind has.

    The environment is for those that go up and down by themselves.

    Raises:
        Mistake: `WPTEST_RESCUE_PHASES` is not a list of phases.
    """
    if conf.phases is not None or not conf.kind.default_phases:
        return conf.phases or ()
    text = environment.get(PHASES_VARIABLE)
    return parse_phases(text) if text else conf.kind.default_phases


TEST_RESCUE_KIND: SinkKind[Maker] = SinkKind(
    name="test_rescue",
    order=2,
    docs="as well but goes up and down in phases",
    by_name=True,
    target="file",
    has_phases=True,
    default_phases=(Phase(up=True, duration=2 * SECOND), Phase(up=False, duration=2 * SECOND)),
    trouble="outage",
    is_counted=True,
    stands_in=False,
    parameters=(),
    engines=(),
    modes=(),
    make=TestRescueSink,
)
