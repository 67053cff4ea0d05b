"""Whether the rows of a table give their lines back, and if not, why."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rows.line_of_row import line_column
from engine.rows.row_table import RowTable
from engine.rows.table_problems import TableProblem
from engine.text.mistake import Mistake

_KEEP = "a column of the type text or bytes from `$line` keeps lines as they are"


def what_is_lost(table: RowTable) -> list[TableProblem]:
    """Why rows don't give their lines back; nothing where `as_sent(to_tdc(line))` is the line, whatever is taken.

    A table that has no column of the whole line and loses nothing takes only the lines that its rows give back.
    """
    kept = line_column(table)
    if kept is not None:
        column = table.columns[kept]
        if table.refuse == "null_column" and not column.required:
            why = Mistake("`null_column` may put NULL in the place of the line", help_="make the column required")
            return [TableProblem(kept, "required", why)]
        return []
    return [*_lost_by_table(table), *_lost_by_columns(table)]


def is_lossless(table: RowTable) -> bool:
    """Whether each row gives back the line that it was made of, byte for byte."""
    return not what_is_lost(table)


def _lost_by_table(table: RowTable) -> Iterator[TableProblem]:
    match table.parsing.kind:
        case "whole":
            yield TableProblem(None, "columns", Mistake("no column has the line", help_=_KEEP))
        case "kv":
            yield TableProblem(None, "parsing.kind", Mistake("pairs have more than one spelling", help_=_KEEP))
        case "regex":
            yield TableProblem(None, "parsing.pattern", Mistake("a pattern can't be turned round", help_=_KEEP))
        case "csv" if not table.parsing.fields:
            yield TableProblem(None, "parsing.fields", Mistake("how many cells there are isn't said", help_=_KEEP))
        case _:
            pass
    if table.refuse == "null_column":
        yield TableProblem(None, "refuse", Mistake("`null_column` drops values that are refused", help_=_KEEP))
    for item, name in enumerate(table.parsing.fields):
        if all(column.source != name for column in table.columns):
            why = Mistake(f"no column has the field '{name}'", item=item, help_=_KEEP)
            yield TableProblem(None, "parsing.fields", why)


def _lost_by_columns(table: RowTable) -> Iterator[TableProblem]:
    for place, column in enumerate(table.columns):
        if column.source.startswith("$"):
            continue
        if column.default is not None:
            why = f"whether a line has '{column.source}' or not isn't seen behind a default"
            yield TableProblem(place, "default", Mistake(why, help_=_KEEP))
        if column.kind == "timestamp" and column.format == "any":
            help_ = f"say the format of the time; or {_KEEP}"
            yield TableProblem(place, "format", Mistake("how the line writes its time isn't said", help_=help_))
        if "." in column.source and table.parsing.kind == "json":
            yield TableProblem(place, "source", Mistake("which fields are around it isn't kept", help_=_KEEP))
