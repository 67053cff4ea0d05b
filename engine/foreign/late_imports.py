"""Modules that are imported for the first time while a run shows its clock: they are made with the real one.

A module keeps what it takes hold of while it is made, for as long as the process lives: `datetime.now` as a default
argument or in a class, `datetime` in the schema of a model. So a late import is like one before the run: whatever
it takes hold of is real, and its names obey the scenario.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from engine.foreign.frozen_clock import Clock


@contextmanager
def made_in_real_time(clock: Clock) -> Iterator[None]:
    """Lift the clock for as long as a module is made."""
    finder = _Finder(clock)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    """Finds what the others find. Python asks it for what isn't loaded yet, and for nothing else."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """See `MetaPathFinder`."""
        others = (each for each in sys.meta_path if each is not self and hasattr(each, "find_spec"))
        found = (each.find_spec(fullname, path, target) for each in others)
        spec = next((each for each in found if each is not None), None)
        if spec is not None and hasattr(spec.loader, "exec_module"):
            assert spec.loader is not None, "None has no such method"
            spec.loader = _Loader(spec.loader, self._clock)
        return spec


class _Loader(Loader):
    """Loads as the one that it stands for, with the real clock; the module itself knows that one alone."""

    def __init__(self, loader: Loader, clock: Clock) -> None:
        self._loader = loader
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        """Whatever else loaders have, for those who look at a module without loading it."""
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """See `Loader`; of some modules in C this runs all of their code."""
        with self._clock.lifted():
            return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """See `Loader`."""
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        with self._clock.lifted():
            self._loader.exec_module(module)
