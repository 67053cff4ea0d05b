"""Names that somebody's code asks ours for, and that aren't there: the nearest that is."""

from __future__ import annotations

import re
from types import ModuleType

import wptest
from engine.text.mistake import nearest

_FROM = re.compile(r"cannot import name '(\w+)' from 'wptest'")


def meant_name(error: BaseException) -> str | None:
    """What to write for the name that an exception says isn't there; None where that is none of ours."""
    if isinstance(error, AttributeError) and error.obj is not None and error.name:
        return _attribute(error.obj, error.name)
    name = getattr(error, "name", None) if isinstance(error, NameError) else None
    if isinstance(error, ImportError) and (found := _FROM.search(str(error))) is not None:
        name = found[1]
    elif isinstance(name, str) and name not in wptest.__all__:
        return None
    meant = nearest(name, wptest.__all__) if isinstance(name, str) else None
    return f"did you mean 'wptest.{meant}'?" if meant else None


def _attribute(owner: object, name: str) -> str | None:
    if owner is wptest:
        meant = nearest(name, wptest.__all__)
        return f"did you mean 'wptest.{meant}'?" if meant else f"wptest has: {', '.join(wptest.__all__)}"
    if isinstance(owner, ModuleType) or not type(owner).__module__.startswith("wptest."):
        return None
    names = [each for each in dir(owner) if not each.startswith("_") and each.islower()]
    meant = nearest(name, names)
    return f"{f'did you mean {meant!r}? ' if meant else ''}A {type(owner).__name__} has: {', '.join(names)}"
