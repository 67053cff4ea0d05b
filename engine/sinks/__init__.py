"""Where lines go: files, `test_rescue` files with outages, black holes; and what is done when they fail."""

from engine.project.model import ErrorClass
from engine.sinks.answered import Refused, sort_out, tell_failure
from engine.sinks.kinds import make_sink
from engine.sinks.reconnect import FIRST_PAUSE, LONGEST_PAUSE, Reconnector
from engine.sinks.sink import Sink, SinkError
from engine.sinks.strategy import Strategy, strategy_for

__all__ = [
    "FIRST_PAUSE",
    "LONGEST_PAUSE",
    "ErrorClass",
    "Reconnector",
    "Refused",
    "Sink",
    "SinkError",
    "Strategy",
    "make_sink",
    "sort_out",
    "strategy_for",
    "tell_failure",
]
