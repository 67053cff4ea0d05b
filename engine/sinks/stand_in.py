"""A stand-in for a sink of a type that the engine doesn't have: Kafka, a database, a socket.

It keeps lines in a file, so that the ledger can count them, and is down when the scenario says so (`given:
phases:`); else it is always up. Storage faults on its file are the errors of the real thing.
"""

from __future__ import annotations

from engine.project.model import ErrorClass
from engine.sinks.test_rescue import TestRescueSink


class StandInSink(TestRescueSink):
    """A file sink with phases whose errors are those of any sink."""

    ERROR_CLASS: ErrorClass = "sink"
