"""What makes a sink of some kind."""

from __future__ import annotations

from collections.abc import Callable

from engine.machine import Program
from engine.project.model import SinkConf
from engine.sinks.sink import Sink

Maker = Callable[[Program, SinkConf], Sink]


def make_database_sink(program: Program, conf: SinkConf) -> Sink:
    """Make a sink of a database; what it needs is imported where there is one."""
    from engine.sinks.database_sink import DatabaseSink  # noqa: PLC0415 - see above
    from engine.sinks.holding_sink import HoldingSink, holds_rows  # noqa: PLC0415 - see above

    return HoldingSink(program, conf) if holds_rows(program.behaviour) else DatabaseSink(program, conf)
