"""The statements themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.databases.request import AskForKeys, WriteRows
from engine.databases.sql.sql_dialect import SqlDialect
from engine.databases.sql.sql_values import SqlParameter, as_parameter
from engine.rows.row_table import Column, ColumnValue, RowTable, TableRow
from engine.rows.server_column import ServerColumn, server_columns

# The column that says which row is older: each table has it, since no server says that of its own accord.
ROW_ORDER = "wptest_order"


class SqlStatement(NamedTuple):
    """A statement and its parameters; one without any is to be executed without."""

    text: str
    parameters: tuple[SqlParameter, ...] = ()


def create_table(
    dialect: SqlDialect, table: RowTable, engine: str = "", made: Sequence[ServerColumn] = ()
) -> SqlStatement:
    """Make the table: its columns, a column for the order of rows, the key as a unique one.

    Args:
        dialect: whose words it is in.
        table: its columns and key.
        engine: one of the dialect's, its first by default.
        made: the columns, where others have made them otherwise than a sink takes them for.
    """
    assert not engine or engine in dialect.engines, f"{dialect.name} has no {engine}"
    columns = [f"{dialect.quoted(ROW_ORDER)} {dialect.order_type}"]
    for column in made or server_columns(table):
        type_ = dialect.column_type(column, in_key=column.name in table.key)
        not_null = " NOT NULL" if column.required else ""
        columns.append(f"{dialect.quoted(column.name)} {type_}{not_null}")
    if table.key:
        columns.append(f"UNIQUE ({_names(dialect, [column.name for column in table.key_columns])})")
    options = dialect.table_options.format(engine=engine or next(iter(dialect.engines), ""))
    listed = ",\n  ".join(columns)
    return SqlStatement(f"CREATE TABLE {dialect.quoted(table.name)} (\n  {listed}\n){options}")


def write_rows(dialect: SqlDialect, request: WriteRows) -> SqlStatement:
    """Write rows by one statement, so that a server that is atomic has all of them or none."""
    table = request.table
    assert request.rows, "nothing is written by no statement"
    names = _names(dialect, [column.name for column in table.columns])
    words = "INSERT IGNORE" if request.mode == "ignore_errors" else "INSERT"
    head = f"{words} INTO {dialect.quoted(table.name)} ({names}) VALUES "
    if "single_quotes_only" in request.flaws:
        return SqlStatement(head + _literals(dialect, request) + _if_there(dialect, request))
    text = dialect.with_parameters(head) + _tuples(dialect, len(table.columns), len(request.rows))
    return SqlStatement(
        text + dialect.with_parameters(_if_there(dialect, request)),
        _parameters(dialect, table.columns, request.rows),
    )


def find_keys(dialect: SqlDialect, request: AskForKeys) -> SqlStatement:
    """Read the rows that have one of these keys."""
    table = request.table
    columns = table.key_columns
    if not request.keys:  # asked by whoever wants to know whether there is an answer
        return SqlStatement(f"{_select(dialect, table)} WHERE 1 = 0")
    names = _names(dialect, [column.name for column in columns])
    if len(columns) == 1:
        listed = _tuple(dialect, len(request.keys))
    else:
        names, listed = f"({names})", f"({dialect.before_keys}{_tuples(dialect, len(columns), len(request.keys))})"
    head = dialect.with_parameters(f"{_select(dialect, table)} WHERE {names} IN ")
    return SqlStatement(head + listed, _parameters(dialect, columns, request.keys))


def read_table(dialect: SqlDialect, table: RowTable) -> SqlStatement:
    """Read all rows, the oldest first; a row that was written anew by `upsert` keeps its place."""
    return SqlStatement(f"{_select(dialect, table)} ORDER BY {dialect.quoted(ROW_ORDER)}")


def _if_there(dialect: SqlDialect, request: WriteRows) -> str:
    """What is done with a row whose key is there."""
    if request.mode in ("insert", "ignore_errors"):
        return ""
    assert request.mode in ("insert_ignore", "upsert"), f"{request.mode} is none of SQL"
    table = request.table
    assert table.key, "without a key no row is there already"
    key = [dialect.quoted(column.name) for column in table.key_columns]
    others = [dialect.quoted(column.name) for column in table.columns if column.name not in table.key]
    before = dialect.on_conflict.format(key=", ".join(key))
    if request.mode == "insert_ignore" or not others:
        return before + dialect.does_nothing.format(first=key[0])
    return before + dialect.updates + ", ".join(f"{name} = {dialect.new_value(name)}" for name in others)


def _literals(dialect: SqlDialect, request: WriteRows) -> str:
    """Values between quotes as others write them, who double single quotes and leave backslashes as they are."""
    assert "single_quotes_only" in request.flaws, "who writes so loses lines"
    return ", ".join(
        f"({', '.join(_literal(dialect, *cell) for cell in zip(request.table.columns, row, strict=True))})"
        for row in request.rows
    )


def _literal(dialect: SqlDialect, column: Column, value: ColumnValue) -> str:
    parameter = as_parameter(dialect, column, value)
    match parameter:
        case None:
            return "NULL"
        case bool():
            text = str(int(parameter))
        case bytes():
            text = parameter.decode(errors="surrogateescape")
        case _:
            text = str(parameter)
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _select(dialect: SqlDialect, table: RowTable) -> str:
    names = _names(dialect, [column.name for column in table.columns])
    return f"SELECT {names} FROM {dialect.quoted(table.name)}"  # noqa: S608 - names are quoted


def _names(dialect: SqlDialect, names: Sequence[str]) -> str:
    return ", ".join(dialect.quoted(name) for name in names)


def _tuple(dialect: SqlDialect, columns: int) -> str:
    return f"({', '.join([dialect.placeholder] * columns)})"


def _tuples(dialect: SqlDialect, columns: int, rows: int) -> str:
    return ", ".join([_tuple(dialect, columns)] * rows)


def _parameters(
    dialect: SqlDialect, columns: Sequence[Column], rows: Sequence[TableRow]
) -> tuple[SqlParameter, ...]:
    cells = (cell for row in rows for cell in zip(columns, row, strict=True))
    return tuple(as_parameter(dialect, column, value) for column, value in cells)
