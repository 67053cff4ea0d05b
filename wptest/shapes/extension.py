"""An extension as the language knows it: the name is a key, the parameters are the mapping below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wptest.shapes.declare import OWN_KINDS, OwnKind

if TYPE_CHECKING:
    from wptest.shapes.shape import Shape


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter.

    Attributes:
        name: what the function calls it.
        key: what a scenario calls it; `for_` is written `for`.
        words: its kind, as people say it: `a duration`.
        example: a value as a scenario writes it.
        refers: `sink` or `process` where it is the name of one.
        default: as the author writes it; None where it must be given.
        doc: what the docstring says of it.
    """

    name: str
    key: str
    words: str
    example: Any
    refers: str = ""
    default: str | None = None
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """A fault, check or sink of the user's own; `shape` checks what a scenario gives it."""

    kind: OwnKind
    name: str
    object: Any
    shape: type[Shape]
    parameters: tuple[Parameter, ...] = ()
    doc: str = ""
    path: Path = Path()
    line: int = 0

    @property
    def example(self) -> dict[str, Any]:
        """What a scenario may give it: what it must, or the first parameter where it needs none."""
        needed = [each for each in self.parameters if each.default is None] or self.parameters[:1]
        return {each.key: each.example for each in needed}


@dataclass(frozen=True, slots=True)
class Call:
    """An extension as a scenario uses it; `values` are by the names of the function's parameters.

    `extension` is None where it can't be known, because the file that should have it is wrong.
    """

    key: str
    extension: Extension | None
    values: Mapping[str, Any]

    def references(self, to: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The names of a `sink` or `process` among the values, with their places below the call."""
        for parameter in self.extension.parameters if self.extension is not None else ():
            value = self.values[parameter.name] if parameter.refers == to else None
            if isinstance(value, list):
                yield from (((self.key, parameter.key, index), name) for index, name in enumerate(value))
            elif value is not None:
                yield (self.key, parameter.key), value


@dataclass(frozen=True, slots=True)
class Extensions:
    """The extensions that the scenarios of one directory see, by kind and name.

    `whole` is False where a file that may have more of them is wrong: which keys there are is then not known.
    """

    by_kind: Mapping[OwnKind, Mapping[str, Extension]] = field(
        default_factory=lambda: {kind: {} for kind in OWN_KINDS}
    )
    whole: bool = True

    def used(self, kind: OwnKind, keys: Iterable[str], besides: Iterable[str]) -> dict[str, Extension | None]:
        """Those that are among the keys of a mapping which has others `besides`; None for what may be one."""
        known = self.by_kind[kind]
        return {key: known.get(key) for key in keys if key in known or not (self.whole or key in besides)}

    def named(self, name: object) -> Extension | None:
        """The extension of that name, of whatever kind."""
        return next((each for each in self if each.name == name), None)

    def __bool__(self) -> bool:
        return any(self.by_kind.values()) or not self.whole

    def __iter__(self) -> Iterator[Extension]:
        return (extension for named in self.by_kind.values() for extension in named.values())


NO_EXTENSIONS = Extensions()
