"""A TOML table read key by key: wrong types and unknown keys become problems, and reading goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from engine.project.paths import PathError, inside
from engine.project.positions import Path
from engine.project.problems import Problems, did_you_mean, suggest
from engine.project.toml import Document

Choice = TypeVar("Choice", bound=str)
Value = TypeVar("Value")

_LARGEST_SHARE = 1e9
_TYPE_NAMES = {
    bool: "true or false",
    str: "text",
    int: "a whole number",
    float: "a number",
    list: "an array",
    dict: "a table",
}


class Table:
    """One table of a document.

    Every getter gives None (or the default) both for a key that is missing and for one that is wrong; what is
    wrong is noted in `problems`. `close` warns of the keys that nobody asked for.
    """

    def __init__(
        self, document: Document, problems: Problems, at: Path = (), values: Mapping[str, Any] | None = None
    ) -> None:
        self.document = document
        self.problems = problems
        self._at = at
        self._values: Mapping[str, Any] = document.values if values is None else values
        self._known: set[str] = set()
        self._wrong: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are given, in the file's order."""
        return tuple(self._values)

    def is_wrong(self, key: str) -> bool:
        """Whether the value of `key` was found wrong: what follows from its absence is then no news."""
        return key in self._wrong

    def accept(self, *keys: str) -> None:
        """Keys that real projects have and that change nothing here: known, and not read."""
        self._known.update(keys)

    def text(self, key: str) -> str | None:
        """A string."""
        return self._get(key, str)

    def flag(self, key: str, *, default: bool) -> bool:
        """A boolean."""
        value = self._get(key, bool)
        return default if value is None else value

    def whole(self, key: str, default: int, *, low: int = 0, high: int = 10**12) -> int:
        """An integer between `low` and `high`."""
        value = self._get(key, int)
        if value is None:
            return default
        if not low <= value <= high:
            self.fail(key, f"'{key}' must lie between {low} and {high}, not {value}")
            return default
        return value

    def share(self, key: str) -> float | None:
        """A share of something: a finite number that is not negative."""
        value = self._get(key, float)
        if value is None:
            return None
        # Written so that nan fails too.
        if not 0 <= value <= _LARGEST_SHARE:
            self.fail(key, f"'{key}' must be a number of 0 or more, not {value}", "0.66 means 66 %")
            return None
        return float(value)

    def choice(self, key: str, options: Sequence[Choice], default: Choice) -> Choice:
        """One of a few words."""
        value = self.text(key)
        if value is None:
            return default
        for option in options:
            if option == value:
                return option
        message = f"'{key}' is '{value}', expected one of: {', '.join(options)}"
        self.fail(key, message, did_you_mean(value, options))
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A string or an array of strings."""
        self._known.add(key)
        value = self._values.get(key, [])
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            self.fail(key, f"'{key}' must be text or an array of texts")
            return ()
        return tuple(items)

    def path(self, key: str) -> str | None:
        """A path inside the project, normalised."""
        value = self.text(key)
        if value is None:
            return None
        try:
            return inside(value)
        except PathError as error:
            self.fail(key, str(error))
            return None

    def table(self, key: str) -> Table:
        """A table; an empty one when it is missing."""
        value = self._get(key, dict) or {}
        return Table(self.document, self.problems, (*self._at, key), value)

    def tables(self, key: str) -> list[Table]:
        """An array of tables (`[[key]]`)."""
        value = self._get(key, list) or []
        found = []
        for index, item in enumerate(value):
            if isinstance(item, dict):
                found.append(Table(self.document, self.problems, (*self._at, key, index), item))
            else:
                self.fail(key, f"'{key}' must be an array of tables", f"write [[{key}]] above each of them")
        return found

    def fail(self, key: str, message: str, help: str | None = None) -> None:  # noqa: A002 (as in the report)
        """Note a problem with the value of `key`."""
        self._wrong.add(key)
        self.problems.add(self.document.path, self.document.value_span((*self._at, key)), message, help)

    def fail_key(self, key: str, message: str, help: str | None = None) -> None:  # noqa: A002 (as in the report)
        """Note a problem with `key` itself."""
        self.problems.add(self.document.path, self.document.key_span((*self._at, key)), message, help)

    def fail_here(self, message: str, help: str | None = None) -> None:  # noqa: A002 (as in the report)
        """Note a problem with the table as a whole."""
        self.problems.add(self.document.path, self.document.key_span(self._at), message, help)

    def warn_key(self, key: str, message: str, help: str | None = None) -> None:  # noqa: A002 (as in the report)
        """Say of `key` what is no mistake, but may surprise."""
        self.problems.warn(self.document.path, self.document.key_span((*self._at, key)), message, help)

    def warn_here(self, message: str, help: str | None = None) -> None:  # noqa: A002 (as in the report)
        """Say of the table as a whole what is no mistake, but may surprise."""
        self.problems.warn(self.document.path, self.document.key_span(self._at), message, help)

    def close(self) -> None:
        """Warn of every key that was neither read nor accepted: the files are not ours, and newer than we are."""
        for key in self._values:
            if key not in self._known:
                self.warn_key(key, f"unknown key '{key}', which has no effect here", suggest(key, self._known))

    def _get(self, key: str, kind: type[Value]) -> Value | None:
        self._known.add(key)
        value: Value | None = self._values.get(key)
        # A whole number will do for a share, but a boolean is no number although Python says so.
        fits = isinstance(value, (int, float) if kind is float else kind)
        if value is None or (fits and (kind is bool or not isinstance(value, bool))):
            return value
        given = _TYPE_NAMES.get(type(value), "a date or time")
        self.fail(key, f"'{key}' must be {_TYPE_NAMES[kind]}, not {given}")
        return None
