"""What the methods of a sink's class must be like, and what those without an object are given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import Any, Protocol

from wptest.extend.code_place import CodePlace, method_of
from wptest.shapes.declare import Declared
from wptest.text.wording import did_you_mean

WRITE = "def write(self, lines: list[bytes]) -> None"
_CALLED = ("write", "sync", "reconnect", "close", "original", "stored", "reset")
_WITHOUT_OBJECT = ("original", "stored", "reset")
_TARGET = "path"


class Wrong(Protocol):
    """Notes what is wrong."""

    def __call__(
        self, message: str, expected: str | None = None, help_: str | None = None, place: CodePlace | None = None
    ) -> None:
        """Note one mistake, at the class where no place is given."""


def check_methods(declared: Declared, wrong: Wrong) -> None:
    """Note every mistake in the methods of a sink's class."""
    class_ = declared.object
    name = class_.__name__
    if not _is_method(class_, "write"):
        other = _meant_for_write(class_)
        help_ = f"did you mean '{other}'? Rename it to write" if other is not None else None
        wrong(f"the sink '{name}' has no 'write'", WRITE, help_, method_of(declared, other) if other else None)
    for method in _CALLED:
        found = inspect.getattr_static(class_, method, None)
        if found is None:
            continue
        place = method_of(declared, method)
        plain = getattr(found, "__func__", found)
        if inspect.iscoroutinefunction(plain) or inspect.isasyncgenfunction(plain):
            wrong(f"'{method}' of the sink '{name}' is async, and nothing awaits it", "a plain method", None, place)
        elif inspect.isgeneratorfunction(plain) and method != "stored":
            what = f"'{method}' of the sink '{name}' yields, so calling it does nothing"
            wrong(what, "a plain method", None, place)
        if method in _WITHOUT_OBJECT and not isinstance(found, staticmethod):
            help_ = "it is called when there is no object, too: before a run, or after a kill"
            wrong(f"'{method}' of the sink '{name}' is not static", "@staticmethod above it", help_, place)
        elif method in ("stored", "reset"):
            for message, close in _not_given(class_, method):
                wrong(message, f"names of the constructor's parameters: {', '.join(_given(class_))}", close, place)
    if all(hasattr(class_, method) for method in ("original", "stored")):
        what = f"the sink '{name}' has both 'original' and 'stored'"
        wrong(what, "one of them", "'stored' gives the lines as they were sent", method_of(declared, "original"))


def without_object(class_: type, method: str, values: Mapping[str, Any]) -> Callable[[str], Any] | None:
    """The static method, for the target's path; what else it names of the constructor it gets as the scenario says.

    None where the class has none.
    """
    found = getattr(class_, method, None)
    if found is None:
        return None
    names = inspect.signature(found).parameters

    @wraps(found)
    def at(path: str) -> Any:
        given = {**values, _TARGET: path}
        return found(**{name: value for name, value in given.items() if name in names})

    return at


def _is_method(class_: type, name: str) -> bool:
    found = inspect.getattr_static(class_, name, None)
    return callable(found) or isinstance(found, staticmethod | classmethod)


def _meant_for_write(class_: type) -> str | None:
    """The method that takes the lines by another name: one that is alike, or the only one that takes one thing."""
    taking = [
        name
        for name, value in vars(class_).items()
        if inspect.isfunction(value)
        and not name.startswith("_")
        and name not in _CALLED
        and len(inspect.signature(value).parameters) == 2  # the object and the lines
    ]
    alike = [name for name in taking if "write" in name.casefold()]
    found = alike or taking
    return found[0] if len(found) == 1 else None


def _given(class_: type) -> list[str]:
    return list(inspect.signature(class_).parameters)


def _not_given(class_: type, method: str) -> Iterator[tuple[str, str | None]]:
    """What a static method asks for that the constructor isn't given, each with what it may mean."""
    given = _given(class_)
    for parameter in inspect.signature(getattr(class_, method)).parameters.values():
        if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            yield f"'{parameter.name}' of '{method}' takes anything, and what it gets is known", None
        elif parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            yield f"'{parameter.name}' of '{method}' can't be given by name", None
        elif parameter.name not in given and parameter.default is inspect.Parameter.empty:
            message = f"'{method}' asks for '{parameter.name}', which the constructor doesn't have"
            yield message, did_you_mean(parameter.name, given)
