"""Axes of a matrix that nothing uses: their variants are the same run again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.text.diagnostic import Diagnostic
from engine.text.source_text import KeyPath
from wptest.expressions.matrix import RESERVED, VariantOutline
from wptest.text.codes import Code
from wptest.text.yaml_document import Telling, Use, YamlDocument, texts_in

# Whatever may be a name of the matrix inside an expression; `at-least` may be `at` minus something as well.
_NAME = re.compile(r"\bmatrix\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_-]*)|\[\s*['\"]([^'\"]*)['\"])")
_REPEATS = re.compile(r"(?:seed|repeat|repetition|round|run|time|try|again|attempt|iteration)s?", re.IGNORECASE)
# What changes no run; `steps` that are used stand where they are used.
_NOT_RUN = ("matrix", "only_if", "skip", "xfail", "title", "tags", "steps")


def unused_axes(
    document: YamlDocument, value: Mapping[str, Any], rows: Sequence[VariantOutline]
) -> list[Diagnostic]:
    """The names of a document's matrix that make a run again without changing it.

    `rows` are its variants, `value` is its value without uses. A name that only tells variants apart which differ
    in others is none of them.
    """
    if not rows or not isinstance(value.get("matrix"), dict):
        return []
    axes = _Axes(document, value)
    axes.compare([row for row in rows if not row.skip])
    axes.look_at_single_values()
    return axes.problems


@dataclass
class _Axes(Telling):
    part = ("matrix",)
    document: YamlDocument
    value: Mapping[str, Any]
    problems: list[Diagnostic] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    _told: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for key, item in self.value.items():
            if key not in _NOT_RUN:
                self.used.update(_names(item))
        for use in self.document.uses.values():
            self.used.update(_names_given(use))
        self._matrix: dict[str, Any] = self.value["matrix"]
        self._conditions = set(_names(self.value.get("only_if")))

    def compare(self, rows: Sequence[VariantOutline]) -> None:
        """Tell of the names in which two variants differ that are equal in all that is used."""
        first: dict[str, VariantOutline] = {}
        for row in rows:
            same = repr(sorted((name, repr(value)) for name, value in row.values.items() if name in self.used))
            earlier = first.setdefault(same, row)
            if earlier is not row:
                self._tell(earlier, row)

    def look_at_single_values(self) -> None:
        """Tell of axes of one value that nothing uses: they make no second run, and change none either."""
        together = self._together()
        for name, values in self._matrix.items():
            group = together.get(name, [name])
            known = self.used.union(self._conditions, self._told)
            if name not in RESERVED and len(values) == 1 and not known.intersection(group):
                self.problem((name,), f"nothing uses '{name}'", Code.UNUSED_AXIS, help_=_help(name), at_key=True)

    def _together(self) -> dict[str, list[str]]:
        written = self._matrix.get("zip", [])
        groups = [written] if all(isinstance(name, str) for name in written) else written
        return {name: group for group in groups for name in group}

    def _tell(self, earlier: VariantOutline, row: VariantOutline) -> None:
        names = {**earlier.values, **row.values}
        for name in names:
            alike = name in row.values and name in earlier.values
            if name in self._told or (alike and repr(row.values[name]) == repr(earlier.values[name])):
                continue
            self._told.add(name)
            nothing = "nothing but 'only_if'" if name in self._conditions else "nothing"
            message = f"{nothing} uses '{name}': {earlier.id} and {row.id} are the same run"
            path = self._place(name, row)
            self.problem(path, message, Code.UNUSED_AXIS, help_=_help(name), at_key=True)

    def _place(self, name: str, row: VariantOutline) -> KeyPath:
        if name in self._matrix:
            return (name,)
        included = self._matrix.get("include", [])
        for index, written in enumerate(included):
            if name in written and (written == row.values or name not in row.values):
                return ("include", index, name)
        return ("include",)


def _help(name: str) -> str:
    if _REPEATS.fullmatch(name):
        return "a run is the same each time; for other orders of what happens: explore: {schedule: {seeds: 20}}"
    return f"write ${{{{ matrix.{name} }}}} where its value belongs, or take '{name}' out"


def _names(value: Any) -> Iterator[str]:
    """The names of the matrix in the expressions of a value, and in its keys."""
    for text in (text for _, text, _ in texts_in(value) if "matrix" in text):
        for found in _NAME.finditer(text):
            name = found[1] or found[2]
            yield name
            yield from (name[:at] for at, letter in enumerate(name) if letter == "-")


def _names_given(use: Use) -> Iterator[str]:
    for argument in use.arguments.values():
        yield from _names(argument.value)
    if use.outer is not None:
        yield from _names_given(use.outer)
