"""From a sink's configuration to the sink."""

from __future__ import annotations

from collections.abc import Mapping

from engine.machine import Program
from engine.project.model import SinkConf
from engine.sinks.base import Sink
from engine.sinks.blackhole import BlackholeSink
from engine.sinks.file import FileSink
from engine.sinks.stand_in import StandInSink
from engine.sinks.test_rescue import DEFAULT_PHASES, PHASES_VARIABLE, TestRescueSink
from engine.units import Phase, parse_phases


def make_sink(program: Program, conf: SinkConf) -> Sink:
    """Make the sink that `conf` describes, not yet connected.

    Raises:
        Mistake: `WPTEST_RESCUE_PHASES` is not a list of phases.
    """
    if conf.foreign is not None and conf.path is not None:
        # Foreign code brings a file system of its own along, which nothing else needs.
        from engine.sinks.python_sink import PythonSink  # noqa: PLC0415

        return PythonSink(program, conf.id, conf.path, conf.foreign)
    if conf.type == "blackhole" or conf.path is None:
        return BlackholeSink(program, conf.id)
    if conf.type == "test_rescue":
        return TestRescueSink(
            program, conf.id, conf.path, phases_of(conf, program.machine.environment), sync=conf.sync
        )
    if conf.type == "stand_in":
        return StandInSink(program, conf.id, conf.path, conf.phases or ())
    return FileSink(program, conf.id, conf.path, sync=conf.sync)


def phases_of(conf: SinkConf, environment: Mapping[str, str]) -> tuple[Phase, ...]:
    """What the scenario or the project says (both are in `conf`), else the environment, else the seed.

    Raises:
        Mistake: `WPTEST_RESCUE_PHASES` is not a list of phases.
    """
    if conf.phases is not None:
        return conf.phases
    text = environment.get(PHASES_VARIABLE)
    return parse_phases(text) if text else DEFAULT_PHASES
