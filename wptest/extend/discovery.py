"""Which extensions the scenarios of a directory see: those of its `conftest.py` files and of entry points."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from wptest.extend.modules import (
    NotImportedError,
    conftests,
    entry_point_place,
    imported,
    installed,
    load_entry_point,
)
from wptest.shapes.declare import OWN_KINDS, Declared, OwnKind, declared
from wptest.shapes.extension import NO_EXTENSIONS, Extension, Extensions
from wptest.text.codes import Code

if TYPE_CHECKING:
    from engine.text.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Discovered:
    """The extensions, and what is wrong with the code that has them."""

    extensions: Extensions = NO_EXTENSIONS
    problems: tuple[Diagnostic, ...] = ()


def find_extensions(directory: Path) -> Discovered:
    """Find the extensions for the scenarios of a directory, which need not exist; looked for once."""
    # By its text: what is above `a/../b` is not in `a`, and a link is where it stands.
    return _found(Path(os.path.abspath(directory)))  # noqa: PTH100


@lru_cache(maxsize=4096)
def _found(directory: Path) -> Discovered:
    paths, points = tuple(conftests(directory)), _entry_points()
    return _read(paths, points) if paths or points else Discovered()


@lru_cache(maxsize=1)
def _entry_points() -> tuple[EntryPoint, ...]:
    return tuple(installed())


@lru_cache(maxsize=256)
def _read(paths: tuple[Path, ...], points: tuple[EntryPoint, ...]) -> Discovered:
    """Read these; most directories of a project have the same ones."""
    search = _Search()
    for point in points:
        search.add_entry_point(point)
    for path in paths:
        search.add_conftest(path)
    return search.found()


@dataclass
class _Search:
    """Collects extensions, each object once."""

    problems: list[Diagnostic] = field(default_factory=list)
    named: dict[OwnKind, dict[str, Extension]] = field(default_factory=lambda: {kind: {} for kind in OWN_KINDS})
    seen: set[int] = field(default_factory=set)

    def add_entry_point(self, point: EntryPoint) -> None:
        try:
            loaded = load_entry_point(point)
        except NotImportedError as error:
            self.problems.append(error.problem)
            return
        objects = vars(loaded).values() if isinstance(loaded, ModuleType) else [loaded]
        if not isinstance(loaded, ModuleType) and declared(loaded) is None:
            message = f"the entry point '{point.name} = {point.value}' is neither a module nor an extension"
            self.problems.append(entry_point_place(point).diagnostic(message, Code.IMPORT))
        self._add(objects)

    def add_conftest(self, path: Path) -> None:
        try:
            self._add(vars(imported(path)).values())
        except NotImportedError as error:
            self.problems.append(error.problem)

    def found(self) -> Discovered:
        return Discovered(Extensions(self.named, whole=not self.problems), tuple(self.problems))

    def _add(self, objects: Iterable[Any]) -> None:
        for each in filter(None, map(declared, tuple(objects))):
            if id(each.object) not in self.seen:
                self.seen.add(id(each.object))
                self._declare(each)

    def _declare(self, each: Declared) -> None:
        # What reads signatures imports the language's values: not where there are no extensions.
        from wptest.extend.code_place import definition_of  # noqa: PLC0415
        from wptest.extend.signature import extension_name, extension_of  # noqa: PLC0415

        extension, wrong = extension_of(each)
        self.problems += wrong
        name = extension_name(each)
        taken = next(_taken(each.kind, name, self.named[each.kind]), None)
        if taken is not None:
            help_ = f"rename the {'class' if each.kind == 'sink' else 'function'}"
            place = definition_of(each)
            message = f"the {each.kind} '{name}' can't have this name: {taken}"
            self.problems.append(place.diagnostic(message, Code.EXTENSION_NAME, help_=help_))
        elif extension is not None:
            self.named[each.kind][name] = extension


def _taken(kind: OwnKind, name: str, named: dict[str, Extension]) -> Iterator[str]:
    """By what a name is taken."""
    from engine.sinks.kinds import BY_NAME  # noqa: PLC0415 - as above
    from wptest.words.expect import Then  # noqa: PLC0415
    from wptest.words.setting.inline import InlineSink  # noqa: PLC0415
    from wptest.words.storage_fault import FaultShape  # noqa: PLC0415

    if name in named:
        yield f"{named[name].path}:{named[name].line} has it already"
    keys: dict[OwnKind, tuple[str, ...]] = {
        "fault": FaultShape.key_names(),
        "check": Then.key_names(),
        "sink": InlineSink.key_names(),
    }
    if name in keys[kind]:
        yield "it is a key of the language there"
    if kind == "sink" and name in BY_NAME:
        yield "it is a type of sinks"
