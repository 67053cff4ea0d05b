"""Every kind of sink that there is, each in a module of its own: a new one is one file here."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from engine.machine import Program
from engine.project.model import SinkConf
from engine.project.sink_kind import SinkKind
from engine.sinks.maker import Maker
from engine.sinks.sink import Sink


def _found() -> dict[str, SinkKind[Maker]]:
    modules = [import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__)]
    kinds = [value for module in modules for value in vars(module).values() if isinstance(value, SinkKind)]
    found = {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.order)}
    for kind in kinds:
        assert kind.has_phases or not kind.default_phases, "one that is never down has no default for it"
        assert kind.target != "none" or not kind.is_counted, "there is nothing to count in"
    assert len(found) == len(modules) == len({kind.order for kind in kinds}), "each has a name and place of its own"
    return found


SINK_KINDS = _found()
BY_NAME = tuple(name for name, kind in SINK_KINDS.items() if kind.by_name)


def make_sink(program: Program, conf: SinkConf) -> Sink:
    """Make the sink that `conf` describes, not yet connected.

    Raises:
        Mistake: `WPTEST_RESCUE_PHASES` is not a list of phases.
    """
    return SINK_KINDS[conf.kind.name].make(program, conf)
