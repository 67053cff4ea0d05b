"""A kind of sink as a whole: its traits, and how one is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.machine import Program
from engine.project.model import SinkConf
from engine.project.sink_traits import SinkTraits
from engine.sinks.sink import Sink


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkKind(SinkTraits):
    """One kind of sink; each is in a module of `engine.sinks.kinds`, and needs to be named nowhere else.

    Attributes:
        make: makes the sink that a configuration describes, not yet connected.
    """

    make: Callable[[Program, SinkConf], Sink]
