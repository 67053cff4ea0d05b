"""What makes a sink of some kind."""

from __future__ import annotations

from collections.abc import Callable

from engine.machine import Program
from engine.project.model import SinkConf
from engine.sinks.sink import Sink

Maker = Callable[[Program, SinkConf], Sink]
