"""`matrix:` multiplies a scenario: the variants it makes, their values and their ids.

Axes are multiplied in the order they are written; those that `zip` names advance together. `exclude` takes
combinations away, `include` adds rows of its own. Nothing here needs the scenario model, so that variants can be
listed without loading it.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.text.diagnostic import Diagnostic
from engine.text.mistake import one_of
from engine.text.source_text import KeyPath
from wptest.text.codes import Code
from wptest.text.wording import did_you_mean, flow, so_many
from wptest.text.yaml_document import Telling, YamlDocument

MAX_VARIANTS = 10_000
_MOST_LISTED = 20

RESERVED = ("zip", "include", "exclude")
AXIS = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_PLAIN = re.compile(r"[A-Za-z0-9_.+-]{1,24}")


@dataclass(frozen=True, slots=True)
class VariantOutline:
    """One variant: its id (`stop=USR1,sent=1`) and the values of the matrix's names in it.

    `skip` is why it isn't run, empty where it is.
    """

    id: str
    values: Mapping[str, Any]
    skip: str = ""


def expand_matrix(document: YamlDocument, written: Any) -> tuple[tuple[VariantOutline, ...], list[Diagnostic]]:
    """The variants that the value of `matrix` describes, in order, and every mistake in it."""
    matrix = _Matrix(document)
    variants = matrix.expand(written)
    return (() if matrix.problems else variants), matrix.problems


def value_text(value: Any) -> str:
    """A scalar as it stands inside a text: `1e3` is 1000, `null` and `true` as YAML writes them."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


# A row's values, and for each its index: what stands in the id for a value that can't stand there itself.
_Row = tuple[dict[str, Any], dict[str, int]]


@dataclass
class _Matrix(Telling):
    part = ("matrix",)
    document: YamlDocument
    problems: list[Diagnostic] = field(default_factory=list)

    def expand(self, written: Any) -> tuple[VariantOutline, ...]:
        if not isinstance(written, dict) or not written:
            self._problem((), "a matrix is a mapping of names to lists of values", "matrix: {lines: [1, 100]}")
            return ()
        axes = {name: values for name, values in written.items() if name not in RESERVED}
        checked = [self._check_axis(name, values) for name, values in axes.items()]
        together = self._together(written["zip"], axes) if "zip" in written else []
        include = self._rows("include", written)
        exclude = self._rows("exclude", written)
        self._check_exclude(exclude, axes)
        if self.problems or not all(checked):
            return ()
        columns = _columns(axes, together)
        total = math.prod(map(len, columns)) if axes else 0
        if total + len(include) > MAX_VARIANTS:
            message = f"the matrix makes {total + len(include):,} variants, more than {MAX_VARIANTS:,}"
            self._problem((), message, None, Code.TOO_LARGE)
            return ()
        rows = self._without(_product(axes, columns), exclude) if axes else []
        rows += [(row, dict.fromkeys(row, index)) for index, row in enumerate(include)]
        self._check_rows(rows, len(rows) - len(include))
        return _named([row for row in rows if row[0]])

    def _check_axis(self, name: str, values: Any) -> bool:
        if not AXIS.fullmatch(name):
            self._problem((name,), f"'{name}' is not a matrix name", "letters, digits, _ and - only", key=True)
        if values == []:
            message, mend = f"the axis '{name}' has no values", "give it one, or remove it"
            self._problem((name,), message, "a list with at least one value", help_=mend)
            return False
        if not isinstance(values, list):
            help_ = None if isinstance(values, dict) or values is None else f"write {name}: [{_listed(values)}]"
            message = f"the values of '{name}' are not a list"
            self._problem((name,), message, "a list with at least one value", help_=help_)
            return False
        seen: set[str] = set()
        for index, value in enumerate(values):
            self._no_expressions((name, index), value)
            if (written := repr(value)) in seen:
                message = f"'{name}' has the value {value_text(value)} twice"
                self._problem((name, index), message, None, help_="remove one of the two")
            seen.add(written)
        return True

    def _rows(self, key: str, written: dict[str, Any]) -> list[dict[str, Any]]:
        if key not in written:
            return []
        rows = written[key]
        if not isinstance(rows, list) or not all(isinstance(row, dict) and row for row in rows):
            expected = f"{key}: [{{lines: 1, stop: INT}}]"
            self._problem((key,), f"'{key}' is not a list of mappings", expected)
            return []
        for index, row in enumerate(rows):
            for name, value in row.items():
                if not AXIS.fullmatch(name):
                    expected = "letters, digits, _ and - only"
                    self._problem((key, index, name), f"'{name}' is not a matrix name", expected, key=True)
                self._no_expressions((key, index, name), value)
        return rows

    def _together(self, written: Any, axes: Mapping[str, Any]) -> list[list[str]]:
        """The axes that advance together, group by group; one group needs no brackets of its own."""
        flat = isinstance(written, list) and all(isinstance(name, str) for name in written)
        groups = [written] if flat and written else written
        if not isinstance(groups, list) or not groups or not all(_is_names(group) for group in groups):
            self._problem(("zip",), "'zip' is not a list of axes", "at least two of the matrix's names: [a, b]")
            return []
        first: dict[str, str] = {}
        for number, group in enumerate(groups):
            for index, name in enumerate(group):
                path = ("zip", index) if flat else ("zip", number, index)
                self._check_together(path, name, group[0], axes)
                if name in first:
                    self._problem(path, f"'zip' names '{name}' twice", None)
                first.setdefault(name, group[0])
        return groups

    def _check_together(self, path: KeyPath, name: str, first: str, axes: Mapping[str, Any]) -> None:
        if name not in axes:
            expected = one_of(axes) if axes else "the matrix to have axes"
            self._problem(path, f"the matrix has no '{name}'", expected, help_=did_you_mean(name, axes))
            return
        one, other = axes.get(first), axes[name]
        if isinstance(one, list) and isinstance(other, list) and len(one) != len(other):
            message = (
                f"'{first}' and '{name}' advance together, but '{first}' has {so_many(len(one), 'value')} and "
                f"'{name}' has {so_many(len(other), 'value')}"
            )
            short, long = sorted((first, name), key=lambda each: len(axes[each]))
            more = len(axes[long]) - len(axes[short])
            number = "one value" if more == 1 else f"{more} values"
            help_ = f"take {number} of '{long}' away, or add {number} to '{short}'"
            self._problem(path, message, "equally many values", help_=help_)

    def _check_exclude(self, exclude: Sequence[dict[str, Any]], axes: Mapping[str, Any]) -> None:
        for index, pattern in enumerate(exclude):
            for name in pattern:
                if name not in axes:
                    path = ("exclude", index, name)
                    help_, expected = did_you_mean(name, axes), one_of(axes) if axes else None
                    self._problem(path, f"the matrix has no '{name}'", expected, help_=help_, key=True)

    def _without(self, rows: list[_Row], exclude: Sequence[dict[str, Any]]) -> list[_Row]:
        all_rows = rows
        for index, pattern in enumerate(exclude):
            left = [row for row in rows if not _matches(row[0], pattern)]
            if len(left) == len(rows):
                self._excludes_nothing(index, pattern, all_rows)
            rows = left
        return rows

    def _excludes_nothing(self, index: int, pattern: dict[str, Any], rows: list[_Row]) -> None:
        for name, value in pattern.items():
            has = list(dict.fromkeys(flow(row[0][name]) for row in rows if name in row[0]))
            if has and not any(_same(row[0].get(name), value) for row in rows):
                word, path = flow(value), ("exclude", index, name)
                message = f"this excludes nothing: '{name}' is never {word}"
                self._problem(path, message, one_of(has), help_=did_you_mean(word, has))
                return
        expected = "values that a combination of the axes has, and no earlier row excludes"
        self._problem(("exclude", index), "this excludes nothing", expected)

    def _check_rows(self, rows: list[_Row], first_included: int) -> None:
        if not rows and not self.problems:
            self._problem((), "the matrix leaves no variant", "at least one combination or 'include' row")
        seen: set[str] = set()
        for index, (row, _) in enumerate(rows):
            if (written := repr(row)) in seen and index >= first_included:
                path = ("include", index - first_included)
                self._problem(path, "the matrix has this variant already", None)
            seen.add(written)

    def _no_expressions(self, path: KeyPath, value: Any) -> None:
        if "${{" in str(value):
            self._problem(path, "a matrix can't use ${{ }}: its values are what ${{ }} stands for", None)

    def _problem(
        self,
        path: KeyPath,
        message: str,
        expected: str | None,
        code: Code = Code.MATRIX,
        *,
        help_: str | None = None,
        key: bool = False,
    ) -> None:
        self.problem(path, message, code, expected, help_, at_key=key)


def _listed(value: Any) -> str:
    """A value as an item of a list; a range of small numbers as its items."""
    span = re.fullmatch(r"(\d{1,4})\s*(?:\.\.+|-|to)\s*(\d{1,4})", value_text(value))
    if span is None or not 0 < int(span[2]) - int(span[1]) < _MOST_LISTED:
        return value_text(value)
    return ", ".join(map(str, range(int(span[1]), int(span[2]) + 1)))


def _columns(axes: Mapping[str, list[Any]], together: Sequence[Sequence[str]]) -> list[list[dict[str, int]]]:
    """What is multiplied: for each axis, or group of axes that advance together, the indexes that it can have."""
    columns = []
    for name, values in axes.items():
        group = next((group for group in together if name in group), [name])
        if name == next(each for each in axes if each in group):
            columns.append([dict.fromkeys(group, index) for index in range(len(values))])
    return columns


def _product(axes: Mapping[str, list[Any]], columns: list[list[dict[str, int]]]) -> list[_Row]:
    rows = []
    for parts in itertools.product(*columns):
        indexes = {name: index for part in parts for name, index in part.items()}
        rows.append(({name: axes[name][indexes[name]] for name in axes}, indexes))
    return rows


def _is_names(group: Any) -> bool:
    return isinstance(group, list) and len(group) > 1 and all(isinstance(name, str) for name in group)


def _matches(row: dict[str, Any], pattern: dict[str, Any]) -> bool:
    return all(name in row and _same(row[name], value) for name, value in pattern.items())


def _same(one: Any, other: Any) -> bool:
    # Python's == takes 1, 1.0 and True for the same; in a scenario they are different values.
    return repr(one) == repr(other)


def _named(rows: list[_Row]) -> tuple[VariantOutline, ...]:
    taken: dict[str, int] = {}
    variants = []
    for values, indexes in rows:
        name = ",".join(f"{key}={_id_part(value, indexes[key])}" for key, value in values.items())
        taken[name] = taken.get(name, 0) + 1
        unique = name if taken[name] == 1 else f"{name}+{taken[name]}"
        variants.append(VariantOutline(unique, values))
    return tuple(variants)


def _id_part(value: Any, index: int) -> str:
    text = "" if isinstance(value, list | dict) else value_text(value)
    return text if _PLAIN.fullmatch(text) else str(index)
