"""Why nothing moves any more: the sink that takes nothing, and what it says."""

from __future__ import annotations

from typing import NamedTuple

from wptest.run.world import World

_FAILURES = ("sink.failed", "reconnect.failed")


class Failing(NamedTuple):
    """A sink that has failed and has taken nothing since; `is_own` says that it is somebody's own Python code."""

    sink: str
    reason: str
    is_own: bool

    def __str__(self) -> str:
        return f"{self.sink} still fails: {self.reason}"


def still_failing(world: World) -> Failing | None:
    """The sink that failed last, if it takes nothing since."""
    taking: set[str] = set()
    for event in reversed(world.machine.trace.events):
        if event.kind == "sink.delivered":
            taking.add(str(event.fields["sink"]))
        elif event.kind in _FAILURES:
            name = str(event.fields["sink"])
            conf = world.project.sink(name)
            is_own = conf is not None and conf.foreign is not None
            return None if name in taking else Failing(name, str(event.fields["reason"]), is_own)
    return None
