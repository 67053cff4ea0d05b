"""`@wptest.fault`, `@wptest.check` and `@wptest.sink`: they say what an object is, and change and register nothing.

Extensions are found like pytest's fixtures, in the namespaces of `conftest.py` files and entry points: see
`extend.discovery`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

OwnKind = Literal["fault", "check", "sink"]
OWN_KINDS: tuple[OwnKind, ...] = ("fault", "check", "sink")

F = TypeVar("F", bound=Callable[..., Any])
C = TypeVar("C", bound=type)

_ATTRIBUTE = "__wptest_extension__"


class Unverified(Exception):
    """Raised by an own fault or check: nothing is proved here, and this is why."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A function or class that its author marked as an extension, and where."""

    kind: OwnKind
    object: Any
    path: Path
    line: int


def fault(function: F) -> F:
    """Make a function a fault: `fault: {NAME: {PARAMETER: VALUE}}` in a step calls it with a `Hand`."""
    return _declared("fault", function)


def check(function: F) -> F:
    """Make a function a check: `NAME: {PARAMETER: VALUE}` in `then` or `check` calls it with a `Run`."""
    return _declared("check", function)


def sink(class_: C) -> C:
    """Make a class a sink: `sinks: {a: {NAME: {PARAMETER: VALUE}}}`, its name in snake_case."""
    return _declared("sink", class_)


def declared(value: Any) -> Declared | None:
    """What `value` was declared as; None where it wasn't, or is a wrapper or a subclass of what was."""
    # Namespaces have objects in them that don't like being asked for their attributes, or for their class.
    if not issubclass(type(value), (type(fault), type)):
        return None
    found = vars(value).get(_ATTRIBUTE)
    return found if isinstance(found, Declared) and found.object is value else None


_T = TypeVar("_T")


def _declared(kind: OwnKind, value: _T) -> _T:
    wanted = "class" if kind == "sink" else "function"
    if not (inspect.isclass(value) if kind == "sink" else inspect.isfunction(value)):
        raise TypeError(f"@wptest.{kind} is for a {wanted}, without brackets")
    frame = inspect.currentframe()
    caller = frame.f_back.f_back if frame is not None and frame.f_back is not None else None
    assert caller is not None, "a decorator is always called by somebody"
    place = Path(caller.f_code.co_filename).absolute()
    setattr(value, _ATTRIBUTE, Declared(kind, value, place, caller.f_lineno))
    return value
