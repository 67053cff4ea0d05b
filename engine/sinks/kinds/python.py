"""A user's own Python class as a sink. The sink itself is imported where there is one: it needs a file system."""

from __future__ import annotations

from engine.machine import Program
from engine.project.model import SinkConf
from engine.project.sink_kind import SinkKind
from engine.sinks.maker import Maker
from engine.sinks.sink import Sink


def _make(program: Program, conf: SinkConf) -> Sink:
    from engine.sinks.python_sink import PythonSink  # noqa: PLC0415 - for those who need it

    assert conf.foreign is not None, "such a sink is somebody's class"
    return PythonSink(program, conf.id, conf.target, conf.foreign)


PYTHON_KIND: SinkKind[Maker] = SinkKind(
    name="python",
    order=5,
    docs="is a class of your own",
    by_name=False,
    target="file",
    has_phases=False,
    default_phases=(),
    trouble=None,
    is_counted=False,
    stands_in=False,
    parameters=(),
    engines=(),
    modes=(),
    make=_make,
)
