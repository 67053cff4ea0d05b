"""The small server with a real SQLite behind it: what it keeps and refuses is no opinion of ours."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace

from small_server import KEYED, SmallServer

from engine.databases.request import AskForKeys, KeysFound, RowsWritten, ServerAnswer, ServerRefusal, WriteRows
from engine.databases.sql.sql_dialect import SQLITE
from engine.databases.sql.sql_statements import create_table, find_keys, read_table, write_rows
from engine.databases.sql.sql_values import row_read
from engine.rows.row_table import TableRow

# The poison is too long a text.
SHORT = replace(KEYED, columns=(KEYED.columns[0], replace(KEYED.columns[1], length=3)))


@dataclass
class SqliteServer(SmallServer):
    """Fails as the small one does, and else does what SQLite does."""

    def __post_init__(self) -> None:
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        self._database.execute(*create_table(SQLITE, SHORT))

    def close(self) -> None:
        self._database.close()

    def _write(self, request: WriteRows) -> ServerAnswer:
        try:
            done = RowsWritten(self._database.execute(*write_rows(SQLITE, request)).rowcount)
        except sqlite3.Error as error:
            done = ServerRefusal(error.sqlite_errorname, str(error))
        self.rows = self._found(self._database.execute(*read_table(SQLITE, SHORT)))
        return done

    def _asked(self, request: AskForKeys, fault: str | None) -> ServerAnswer:
        answer = super()._asked(request, fault)
        if not isinstance(answer, KeysFound):
            return answer
        rows = self._found(self._database.execute(*find_keys(SQLITE, request)))
        return KeysFound({request.table.key_of(row): row for row in rows})

    def _found(self, rows: sqlite3.Cursor) -> list[TableRow]:
        return [row_read(SHORT, row) for row in rows]
