"""What the dialects of SQL differ in: names, types, placeholders, and what two rows of one key do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from engine.databases.sql.sql_types import MYSQL_TYPES, POSTGRES_TYPES, SQLITE_TYPES, TypeOf
from engine.rows.row_table import RowTable
from engine.rows.server_column import ServerColumn, StoredKind

DialectName = Literal["mariadb", "mysql", "postgres", "sqlite"]


@dataclass(frozen=True, slots=True)
class SqlDialect:
    """A dialect.

    Attributes:
        quote: what stands around names.
        placeholder: what stands for a parameter.
        type_of: the type of a column; that of one of the key has an equality that tells all values apart.
        order_type: the type of the column that numbers the rows as the server got them.
        table_options: what stands behind a table's columns; `{engine}` is the table's engine.
        engines: those that a table may have, the first if nothing is said; none where there is no choice.
        on_conflict: the words between a row and what is done if its key is there; `{key}` is the key.
        new_value: how the value is called that was to be written.
        does_nothing: what leaves the row that is there as it is; `{first}` is the first column of the key.
        most_parameters: how many a statement may have.
        updates: the words before the columns that are written anew, where the key is there.
        before_keys: what stands before a list of keys of several columns.
    """

    name: DialectName
    quote: str
    placeholder: str
    type_of: Mapping[StoredKind, TypeOf]
    order_type: str
    table_options: str
    engines: tuple[str, ...]
    on_conflict: str
    new_value: Callable[[str], str]
    does_nothing: str
    most_parameters: int
    updates: str = ""
    before_keys: str = ""

    def most_rows(self, table: RowTable) -> int:
        """How many rows a statement may have."""
        return self.most_parameters // len(table.columns)

    def quoted(self, name: str) -> str:
        """A name as statements have it, whatever is in it."""
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"

    def with_parameters(self, text: str) -> str:
        """A text that stands beside placeholders: where these begin with a percent sign, that is doubled in it."""
        return text.replace("%", "%%") if "%" in self.placeholder else text

    def column_type(self, column: ServerColumn, *, in_key: bool) -> str:
        """The type of a column, with what else the server checks of its values."""
        return self.type_of[column.kind](column, self.quoted(column.name), in_key)


def _mysql(name: Literal["mariadb", "mysql"], collation: str) -> SqlDialect:
    return SqlDialect(
        name=name,
        quote="`",
        placeholder="%s",
        type_of=MYSQL_TYPES,
        order_type="BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY",
        table_options=f" ENGINE={{engine}} DEFAULT CHARACTER SET utf8mb4 COLLATE {collation}",
        engines=("InnoDB", "MyISAM", "Aria", "MEMORY") if name == "mariadb" else ("InnoDB", "MyISAM", "MEMORY"),
        on_conflict=" ON DUPLICATE KEY UPDATE ",
        new_value="VALUES({})".format,
        # INSERT IGNORE would store what it can make of a value that doesn't fit; this one refuses it as ever.
        does_nothing="{first} = {first}",
        most_parameters=1_000_000,  # as many as anybody likes: drivers write them into the text
    )


# Of their binary collations these two alone tell `a` and `a ` apart; utf8mb4_bin doesn't.
MARIADB = _mysql("mariadb", "utf8mb4_nopad_bin")
MYSQL = _mysql("mysql", "utf8mb4_0900_bin")
POSTGRES = SqlDialect(
    name="postgres",
    quote='"',
    placeholder="%s",
    type_of=POSTGRES_TYPES,
    order_type="BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    table_options="",
    engines=(),
    on_conflict=" ON CONFLICT ({key}) DO ",
    new_value="EXCLUDED.{}".format,
    does_nothing="NOTHING",
    most_parameters=65_535,
    updates="UPDATE SET ",
)
SQLITE = SqlDialect(
    name="sqlite",
    quote='"',
    placeholder="?",
    type_of=SQLITE_TYPES,
    order_type="INTEGER PRIMARY KEY AUTOINCREMENT",
    table_options=" STRICT",  # refuses what is of another type, where SQLite else takes anything
    engines=(),
    on_conflict=" ON CONFLICT ({key}) DO ",
    new_value="excluded.{}".format,
    does_nothing="NOTHING",
    most_parameters=32_766,
    updates="UPDATE SET ",
    before_keys="VALUES ",
)
SQL_DIALECTS: Mapping[DialectName, SqlDialect] = {each.name: each for each in (MARIADB, MYSQL, POSTGRES, SQLITE)}
