"""The tables of a real database, for the books of a run: they are made, and read past all that may go wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from engine.project.database_conf import DatabaseConf
from engine.rows.row_table import RowTable, TableRow
from engine.servers.server_conf import table_there
from engine.servers.table_reader import AlteredRow, VisibleRows
from wptest.servers.administration import Administrator
from wptest.servers.connected import connect_to
from wptest.servers.connections.table_connection import TableConnection
from wptest.servers.real_server import RealDatabase
from wptest.servers.server_errors import ServerFailedError
from wptest.servers.sqlite_file import SqliteFile

Database = RealDatabase | SqliteFile
DDL_ENGINES = {
    "innodb": "InnoDB", "myisam": "MyISAM", "aria": "Aria",
    "merge_tree": "MergeTree", "replacing_merge_tree": "ReplacingMergeTree",
}  # fmt: skip
# Rows with one key become one whenever the server gets to it: while a run looks on, that is never.
_MERGED = "ReplacingMergeTree"


class RealTables:
    """The tables of a server's sinks, as they are in a database.

    Args:
        database: a new one.
        engine: how it keeps rows, in its own words; empty where it has one way.
        confs: what sinks write to it.
        window: how many inserts a table remembers.
        learns_mapping: an index is told no types.
    """

    def __init__(
        self,
        database: Database,
        engine: str,
        confs: Sequence[DatabaseConf],
        *,
        window: int = 0,
        learns_mapping: bool = False,
    ) -> None:
        self._database = database
        self._engine = engine
        self._window = window
        self._learns_mapping = learns_mapping
        self._tables = {conf.table.name: conf.table for conf in confs}
        self._made = {conf.table.name: table_there(conf).columns for conf in confs}
        self._sent: dict[str, dict[TableRow, None]] = {name: {} for name in self._tables}
        self._read: dict[tuple[str, bool], VisibleRows] = {}
        with self._direct() as connection:
            for conf in confs:
                connection.create_table(conf.table, engine, self._made[conf.table.name])
        if engine == _MERGED and isinstance(database, RealDatabase):
            with Administrator(database) as administrator:
                for name in self._tables:
                    administrator.say(f"SYSTEM STOP MERGES {database.name}.`{name}`")

    def connect(self) -> TableConnection:
        """A connection for a client, whose requests may go wrong."""
        return connect_to(self._database, engine=self._engine, timeout=_TO_ANSWER)

    def note_sent(self, table: str, rows: Sequence[TableRow]) -> None:
        """These rows are sent now."""
        self._sent[table].update(dict.fromkeys(rows))

    def may_have_changed(self) -> None:
        """What was read is no longer true."""
        self._read.clear()

    def read_all(self) -> None:
        """Read all that may be asked for while nobody answers."""
        for table in self._tables.values():
            self.rows(table)
            self.rows(table, final=True)

    def rows(self, table: RowTable, *, final: bool = False) -> VisibleRows:
        """The rows of a table, the oldest first; `final` leaves the last of those with one key, if one can ask so.

        Raises:
            ServerFailedError: it can't be read.
        """
        key = table.name, final and self._engine == _MERGED
        if key not in self._read:
            with self._direct(final=key[1]) as connection:
                self._read[key] = VisibleRows(connection.read_table(table, self._made[table.name]))
        return self._read[key]

    def altered(self, table: RowTable) -> list[AlteredRow]:
        """The rows that nobody has sent so, each with the sent one of its key, or one that isn't there."""
        rows, sent = self.rows(table), self._sent[table.name]
        strange = [row for row in rows if row not in sent]
        if not strange:
            return []
        there = set(rows)
        lost = [row for row in sent if row not in there]
        by_key = {table.key_of(row): row for row in sent} if table.key else {}
        nothing: TableRow = (None,) * len(table.columns)
        others = iter(lost)
        return [AlteredRow(row, by_key.get(table.key_of(row)) or next(others, nothing)) for row in strange]

    # Each client has errors of its own, and none of them is imported where another one is spoken to.
    @contextmanager
    def _direct(self, *, final: bool = False) -> Iterator[TableConnection]:
        connection = connect_to(
            self._database,
            direct=True,
            engine=self._engine if final else "",
            window=self._window,
            learns_mapping=self._learns_mapping,
        )
        try:
            with closing(connection):
                yield connection
        except ServerFailedError:
            raise
        except Exception as error:
            raise ServerFailedError(f"{type(error).__name__}: {error}") from error


_TO_ANSWER = 60.0  # seconds: who gives up sooner does so by the run's clock
