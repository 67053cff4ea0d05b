"""What the author of an extension writes with: `@wptest.fault`, `@wptest.check`, `@wptest.sink`, and their kinds.

Every name is imported when it is first used: the pytest plugin imports this package in every test session.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.foreign.sink_failed import SinkFailed
    from engine.kernel import Event
    from wptest.judge.users.user_checks import Run
    from wptest.run.users.user_faults import Hand
    from wptest.shapes.declare import Unverified, check, fault, sink
    from wptest.shapes.scenario_paths import RelativePath as Path
    from wptest.shapes.values import Count, Duration, Pattern, ProcessName, SinkName, Size

_HOMES = {
    **dict.fromkeys(("Unverified", "check", "fault", "sink"), "wptest.shapes.declare"),
    **dict.fromkeys(("Count", "Duration", "Pattern", "ProcessName", "SinkName", "Size"), "wptest.shapes.values"),
    "Event": "engine.kernel",
    "Hand": "wptest.run.users.user_faults",
    "Path": "wptest.shapes.scenario_paths",
    "Run": "wptest.judge.users.user_checks",
    "SinkFailed": "engine.foreign.sink_failed",
}
_NAMES = {"Path": "RelativePath"}  # where a name is another one at home

__all__ = [
    "Count",
    "Duration",
    "Event",
    "Hand",
    "Path",
    "Pattern",
    "ProcessName",
    "Run",
    "SinkFailed",
    "SinkName",
    "Size",
    "Unverified",
    "check",
    "fault",
    "sink",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        message = f"module 'wptest' has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(_HOMES[name]), _NAMES.get(name, name))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
