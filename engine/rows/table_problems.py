"""What is wrong with a table, with its place, before any line is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from engine.rows.column_values import default_of
from engine.rows.field_pattern import field_pattern
from engine.rows.refused_row import UnfitValueError
from engine.rows.row_table import (
    FROM_EVENT_ID,
    FROM_PLACE,
    WHOLE_LINE,
    Column,
    ColumnKind,
    RowTable,
)
from engine.text.mistake import Mistake, one_of, suggest

_MOST_KEY_BYTES = 3_072  # of a key of InnoDB
_CHARACTER_BYTES = 4
_MOST_LENGTH = 10_485_760  # of PostgreSQL's varchar
_OURS = "wptest_"
LONGEST_PLACE = 100  # of a place: the name of a rescue file, or the microseconds of an input, and the line's number
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}", re.ASCII)  # PostgreSQL cuts what is longer
_WANTED_NAME = "a letter, then at most 62 letters, digits and underscores"
_SPECIAL: dict[str, tuple[ColumnKind, ...]] = {
    WHOLE_LINE: ("text", "bytes", "json"),
    FROM_EVENT_ID: ("uint64", "int64", "text"),
    FROM_PLACE: ("text",),
}
_NO_KEY: tuple[ColumnKind, ...] = ("float64", "json")


class TableProblem(NamedTuple):
    """What is wrong with a table, or lost by its rows.

    Attributes:
        column: which column it is about, by its index; None is the table.
        attribute: which attribute of that, such as `source`, `key` or `parsing.pattern`.
        mistake: what is wrong; its `item` is one of the key or of the fields, its `within` of the pattern.
    """

    column: int | None
    attribute: str
    mistake: Mistake


def table_problems(table: RowTable) -> list[TableProblem]:
    """All that is wrong with a table; none where lines can have rows in it."""
    found = [*_of_parsing(table), *_of_key(table)]
    if not table.columns:
        found.append(TableProblem(None, "columns", Mistake("a table without columns keeps nothing of a line")))
    sources = sources_of(table)
    names: dict[str, str] = {}
    for place, column in enumerate(table.columns):
        same = names.get(column.name.lower())
        if same is not None:
            also = "" if same == column.name else f", which servers take for '{same}'"
            found.append(TableProblem(place, "name", Mistake(f"there are two columns '{column.name}'{also}")))
        names.setdefault(column.name.lower(), column.name)
        found += [
            TableProblem(place, attribute, mistake) for attribute, mistake in _of_column(column, table, sources)
        ]
    return found


def sources_of(table: RowTable) -> tuple[str, ...] | None:
    """The names of the fields that the lines of a table have; None where only the lines know."""
    parsing = table.parsing
    match parsing.kind:
        case "whole":
            return ()
        case "csv":
            return parsing.fields or None
        case "regex":
            try:
                return tuple(field_pattern(parsing.pattern).groupindex)
            except Mistake:  # told of the pattern; whatever it should give may be right
                return None
        case _:
            return None


def _of_parsing(table: RowTable) -> Iterator[TableProblem]:
    parsing = table.parsing
    if parsing.kind == "regex":
        try:
            field_pattern(parsing.pattern)
        except Mistake as mistake:
            yield TableProblem(None, "parsing.pattern", mistake)
    elif parsing.pattern:
        yield TableProblem(
            None, "parsing.pattern", Mistake(f"'{parsing.kind}' has no pattern", "only 'regex' has one")
        )
    if parsing.kind != "csv" and parsing.fields:
        yield TableProblem(None, "parsing.fields", Mistake(f"'{parsing.kind}' names its fields itself"))
    for item, name in enumerate(parsing.fields):
        if name in parsing.fields[:item]:
            yield TableProblem(None, "parsing.fields", Mistake(f"there are two fields '{name}'", item=item))


def _of_key(table: RowTable) -> Iterator[TableProblem]:
    columns = {column.name: (place, column) for place, column in enumerate(table.columns)}
    for item, name in enumerate(table.key):
        if name in table.key[:item]:
            yield TableProblem(None, "key", Mistake(f"'{name}' is twice in the key", item=item))
        elif name not in columns:
            missing = Mistake(f"there is no column '{name}'", help_=suggest(name, columns, or_all=True), item=item)
            yield TableProblem(None, "key", missing)
        else:
            place, column = columns[name]
            yield from (TableProblem(place, attribute, mistake) for attribute, mistake in _of_key_column(column))
    size = sum(_bytes_in_key(column) for place, column in columns.values() if column.name in table.key)
    if size > _MOST_KEY_BYTES:
        why = Mistake(f"the key may have {size:,} bytes", f"at most {_MOST_KEY_BYTES:,}, as InnoDB has it")
        yield TableProblem(None, "key", why)


def _of_key_column(column: Column) -> Iterator[tuple[str, Mistake]]:
    if not column.required:
        why = f"'{column.name}' is of the key and may be NULL, and no server takes two NULLs for one"
        yield "required", Mistake(why, help_="make it required")
    if column.default is not None:
        yield (
            "default",
            Mistake(f"all lines without '{column.name}' have the same key", help_="take the default away"),
        )
    if column.kind in ("text", "bytes") and not column.length:
        yield "length", Mistake(f"'{column.name}' is of the key and has no length, and MySQL has no such keys")
    if column.kind in _NO_KEY:
        yield (
            "kind",
            Mistake(f"a column of the type '{column.kind}' is no key: equal ones may be written otherwise"),
        )


def _bytes_in_key(column: Column) -> int:
    return column.length * (_CHARACTER_BYTES if column.kind == "text" else 1)


def _of_column(column: Column, table: RowTable, sources: tuple[str, ...] | None) -> Iterator[tuple[str, Mistake]]:
    if column.name.lower().startswith(_OURS):
        yield "name", Mistake(f"names that begin with {_OURS} are ours")
    elif not _NAME.fullmatch(column.name):
        yield "name", Mistake(f"not every server keeps the name '{column.name}'", _WANTED_NAME)
    yield from (("source", mistake) for mistake in _of_source(column, table, sources))
    yield from _of_sizes(column)
    if column.kind != "timestamp" and column.format != "any":
        yield "format", Mistake(f"a column of the type '{column.kind}' has no format of times")
    try:
        default_of(column)
    except UnfitValueError as unfit:
        yield "default", Mistake(f"the default {unfit}")


def _of_source(column: Column, table: RowTable, sources: tuple[str, ...] | None) -> Iterator[Mistake]:
    source = column.source
    if source in _SPECIAL:
        if column.kind not in _SPECIAL[source]:
            yield Mistake(f"`{source}` is nothing of the type '{column.kind}'", one_of(_SPECIAL[source]))
    elif not source or source.startswith("$"):
        yield Mistake(f"there is no source '{source}'", one_of(_SPECIAL), help_=suggest(source, _SPECIAL))
    elif sources is not None and source not in sources:
        if table.parsing.kind == "whole":
            yield Mistake(
                f"a whole line has no field '{source}'", one_of(_SPECIAL), help_="say how lines are parsed"
            )
        else:
            help_ = suggest(source, sources, or_all=True)
            yield Mistake(f"'{table.parsing.kind}' gives no field '{source}'", help_=help_)
    elif table.parsing.kind == "csv" and sources is None and not re.fullmatch("[1-9][0-9]{0,4}", source):
        yield Mistake(
            f"the csv has no field '{source}'", "its number, from 1", help_="or name the fields of the csv"
        )


def _of_sizes(column: Column) -> Iterator[tuple[str, Mistake]]:
    if column.length and column.kind not in ("text", "bytes"):
        yield "length", Mistake(f"a column of the type '{column.kind}' has no length")
    elif not 0 <= column.length <= _MOST_LENGTH:
        yield "length", Mistake(f"no text has the length {column.length:,}", f"0 to {_MOST_LENGTH:,}")
    elif column.source == FROM_PLACE and 0 < column.length < LONGEST_PLACE:
        yield "length", Mistake(f"a place may have {LONGEST_PLACE} characters", f"text({LONGEST_PLACE}) at least")
    if column.most_bytes < 0:
        yield "most_bytes", Mistake("a text has no negative number of bytes")
