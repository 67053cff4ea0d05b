"""Opening every sink before anything else, as real versions do (D38)."""

from __future__ import annotations

from engine.machine import Program
from engine.sinks import SinkError, make_sink

NEED_SINKS = frozenset({"wparse", "wprescue"})


async def all_sinks_open(program: Program) -> bool:
    """Whether the target of every sink, of whichever group, can be opened now."""
    for conf in program.project.sinks:
        try:
            await make_sink(program, conf).position()
        except SinkError as error:
            program.log.error("ctrl", f"sink {conf.id} can't be built: {error}")
            return False
    return True
