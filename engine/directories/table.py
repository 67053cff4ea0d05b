"""A TOML table read key by key: wrong types and unknown keys become problems, and reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from math import inf
from typing import Any, TypeVar

from engine.directories.instead import instead
from engine.directories.run_paths import Places
from engine.project.origin import Rewrite
from engine.project.refused import RefusedPart
from engine.text.diagnostic import Severity
from engine.text.mistake import Mistake, nearest, suggest
from engine.text.problems import ProblemKind, Problems
from engine.text.source_text import KeyPath
from engine.text.toml_document import TomlDocument

_Choice = TypeVar("_Choice", bound=str)
Value = TypeVar("Value")

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

    Attributes:
        part: which part of a project of today's layout it stands in; None in an older one.
    """

    def __init__(
        self,
        document: TomlDocument,
        problems: Problems,
        places: Places,
        at: KeyPath = (),
        values: Mapping[str, Any] | None = None,
        *,
        part: RefusedPart | None = None,
    ) -> None:
        self.document = document
        self.problems = problems
        self.places = places
        self.part = part
        self._at = at
        self._values: Mapping[str, Any] = document.values if values is None else values
        self._known: set[str] = set()
        self._wrong: set[str] = set()
        self._idle: set[str] = set()  # told of already; nobody should be led to them

    def __contains__(self, key: str) -> bool:
        return key in self._values

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are given, in the file's order."""
        return tuple(self._values)

    def is_wrong(self, key: str) -> bool:
        """Whether the value of `key` was found wrong: what follows from its absence is then no news."""
        return key in self._wrong

    def misspelt(self, key: str, lacking: str) -> bool:
        """Whether a key that is missing is there by another name, which is then told: `lacking` is what follows."""
        name = self._other_name(key)
        if name is not None:
            self.fail_key(name, f"unknown key '{name}', and {lacking}", f"did you mean '{key}'?")
        return name is not None

    def _other_name(self, key: str) -> str | None:
        """What a key is called by mistake that isn't there; None where it is there, or no other is like it."""
        others = [each for each in self._values if each not in self._known | self._idle]
        return None if key in self._values else nearest(key, others)

    def peek(self, key: str) -> object:
        """The value as it is written, of whatever type; nothing is noted."""
        return self._values.get(key)

    def accept_typed(self, kind: type, *keys: str) -> None:
        """Keys that change nothing here, and whose values real versions refuse that are no `kind`."""
        self.accept(*keys)
        for key in keys:
            value: Any = self._values.get(key)
            if value is None or (kind is dict and value == []):  # real versions take that for one
                continue
            is_number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
            if not (is_number if kind is int else isinstance(value, kind)):
                given = _TYPE_NAMES.get(type(value), "a date or time")
                self.refuse(key, f"'{key}' must be {_TYPE_NAMES[kind]}, not {given}")

    def refuse_unknown(self) -> None:
        """Real versions refuse the keys of this table that nobody knows."""
        for key in self._values:
            if self.part is not None and key not in self._known | self._idle:
                self._idle.add(key)
                self.refuse(key, f"unknown key '{key}'", suggest(key, self._known, or_all=True))

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

    def share(self, key: str, *, of_records: bool = False) -> float | None:
        """A share of something, from 0 to 1.

        A share of what WarpParse writes as records of several lines may be more: that only gets a warning.
        """
        value = self._get(key, float)
        if value is None:
            return None
        if 1 < value < inf and of_records:
            self.warn_key(key, f"'{key}' is {value:g}, and a sink gets all lines at most: here each of them once")
        elif not 0 <= value <= 1:  # written so that nan fails too
            help_text = f"did you mean {value / 100:g}?" if 1 < value <= 100 else "0.66 means 66 %"
            self.fail(key, f"'{key}' is a share, and must lie between 0 and 1: not {value:g}", help_text)
            return None
        return float(value)

    def choice(self, key: str, options: Sequence[_Choice], default: _Choice) -> _Choice:
        """One of a few words."""
        value = self.text(key)
        if value is None:
            return default
        for option in options:
            if option == value:
                return option
        message = f"'{key}' is '{value}', expected one of: {', '.join(options)}"
        self.fail(key, message, suggest(value, options))
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

    def is_array(self, key: str) -> bool:
        """Whether the value of `key` is written as an array."""
        return isinstance(self._values.get(key), list)

    def line_of(self, *path: str | int) -> str:
        """Where a value below this table is, as messages say it: `sink/business.d/web.toml:9`."""
        return f"{self.document.path}:{self.document.span_of((*self._at, *path)).line}"

    def run_path(self, key: str, *, is_file: bool = False) -> str | None:
        """A path that a program uses, in the run's directory."""
        return self._path(key, partial(self.places.in_run, is_file=is_file))

    def directory(self, key: str) -> str | None:
        """A directory that is read before a run, from the project's root on."""
        return self._path(key, partial(self.places.to_read, name=key))

    def _path(self, key: str, lead: Callable[[str], str]) -> str | None:
        value = self.text(key)
        if value is None:
            return None
        try:
            found = lead(value)
        except Mistake as error:
            self.fail_path(key, error)
            return None
        in_copy = self.places.brought.get(found, found)
        if self.places.leads_elsewhere(value, in_copy):
            self.rewrite(key, in_copy)
        return found

    def rewrite(self, key: str, path: str) -> None:
        """Let a copy of the project have another path here."""
        span = self.document.span_of((*self._at, key))
        self.places.rewrites.append(Rewrite(self.document.path, span, path))

    def table(self, key: str) -> Table:
        """A table; an empty one when it is missing."""
        value = self._get(key, dict) or {}
        return self._below((*self._at, key), value)

    def optional_table(self, key: str) -> Table | None:
        """A table; None when it is missing."""
        self.accept(key)
        return self.table(key) if key in self else None

    def tables(self, key: str) -> list[Table]:
        """An array of tables (`[[key]]`)."""
        value = self._get(key, list) or []
        found = []
        for index, item in enumerate(value):
            if isinstance(item, dict):
                found.append(self._below((*self._at, key, index), item))
            else:
                self.fail(key, f"'{key}' must be an array of tables", f"write [[{key}]] above each of them")
        return found

    def fail(self, key: str, message: str, help: str | None = None, by: RefusedPart | None = None) -> None:  # noqa: A002 (as in the report)
        """Note a problem with the value of `key`; `by` which part real versions meet it in, if not the table's."""
        self._wrong.add(key)
        self._note((*self._at, key), message, help, by, at_key=False)

    def fail_path(self, key: str, error: Mistake) -> None:
        """Note why the path at `key` can't be what it is."""
        self._wrong.add(key)
        self.problems.note(self.document.source.telling(self.document.span_of((*self._at, key)), error))

    def fail_key(self, key: str, message: str, help: str | None = None, by: RefusedPart | None = None) -> None:  # noqa: A002 (as in the report)
        """Note a problem with `key` itself, which then isn't unknown as well; `by` as with `fail`."""
        self._idle.add(key)
        self._note((*self._at, key), message, help, by)

    def fail_here(self, message: str, help: str | None = None) -> None:  # noqa: A002 (as in the report)
        """Note a problem with the table as a whole."""
        self._note(self._at, message, help)

    def warn_key(
        self,
        key: str,
        message: str,
        help: str | None = None,  # noqa: A002 (as in the report)
        kind: ProblemKind | None = None,
    ) -> None:
        """Say of `key` what is no mistake, but may surprise."""
        self._note((*self._at, key), message, help, kind, severity="warning")

    def warn_here(self, message: str, help: str | None = None, kind: ProblemKind | None = None) -> None:  # noqa: A002
        """Say of the table as a whole what is no mistake, but may surprise."""
        self._note(self._at, message, help, kind, severity="warning")

    def refuse(self, key: str | None, message: str, help: str | None = None, by: RefusedPart | None = None) -> None:  # noqa: A002 (as in the report)
        """Say of `key`, or of the table as a whole, what real versions refuse and is harmless here."""
        part = self.part and (by or self.part)
        if part is not None:
            where = self._at if key is None else (*self._at, key)
            severity: Severity = "note" if part.is_of_a_check else "warning"
            self._note(where, f"{message}: WarpParse refuses it", help, part, severity=severity)

    def refuse_lack(self, key: str, message: str, help: str, by: RefusedPart | None = None) -> None:  # noqa: A002 (as in the report)
        """Say that real versions refuse a table without `key`; what is nearly called so is told in its place."""
        name = self._other_name(key) if self.part else None
        if name is None:
            self.refuse(None, message, help, by)
            return
        self._idle.add(name)
        self.refuse(name, f"unknown key '{name}', and {message}", f"did you mean '{key}'?", by)

    def no_switch(self, what: str) -> None:
        """Say of `enable` that it switches nothing: as in WarpParse, which knows it for sources only."""
        if "enable" in self:
            self._idle.add("enable")
            message = f"'enable' has no effect: WarpParse knows it for sources only, and {what} is on"
            self.warn_key("enable", message)

    def close(self) -> None:
        """Warn of every key that was neither read nor accepted: the files are not ours, and newer than we are."""
        for key in self._values:
            if key not in self._known | self._idle:
                help_ = suggest(key, self._known, or_all=True)
                self.warn_key(key, f"unknown key '{key}', which has no effect here", help_)

    def _below(self, at: KeyPath, values: Mapping[str, Any]) -> Table:
        return Table(self.document, self.problems, self.places, at, values, part=self.part)

    def _note(
        self,
        path: KeyPath,
        message: str,
        help_: str | None = None,
        code: StrEnum | None = None,
        *,
        at_key: bool = True,
        severity: Severity = "error",
    ) -> None:
        if severity == "error":  # a mistake is one of its part, if nobody knows better
            code = code or self.part
        told = self.document.diagnostic_at(path, message, code, help_=help_, at_key=at_key, severity=severity)
        self.problems.note(told)

    def _get(self, key: str, kind: type[Value]) -> Value | None:
        self._known.add(key)
        value: Value | None = self._values.get(key)
        # A whole number will do for a share, but a boolean is no number although Python says so.
        fits = isinstance(value, (int, float) if kind is float else kind)
        if value is None or (fits and (kind is bool or not isinstance(value, bool))):
            return value
        given = _TYPE_NAMES.get(type(value), "a date or time")
        header = ".".join(part for part in (*self._at, key) if isinstance(part, str))
        self.fail(key, f"'{key}' must be {_TYPE_NAMES[kind]}, not {given}", instead(kind, value, header))
        return None
