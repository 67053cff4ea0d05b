"""A stand-in for a sink of a type that the engine doesn't have: Kafka, a database, a socket.

It keeps lines in a file, so that the ledger can count them, and is down when the scenario says so (`given:
phases:`); else it is always up. Storage faults on its file are the errors of the real thing.
"""

from __future__ import annotations

from engine.project.model import ErrorClass
from engine.project.sink_kind import SinkKind
from engine.sinks.kinds.test_rescue import TestRescueSink
from engine.sinks.maker import Maker


class StandInSink(TestRescueSink):
    """A file sink with phases whose errors are those of any sink."""

    ERROR_CLASS: ErrorClass = "sink"


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
    make=StandInSink,
)
