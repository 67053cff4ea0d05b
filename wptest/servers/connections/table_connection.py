"""What a connection to a real database can do besides answering requests."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from engine.databases.request import Connection, ServerAnswer
from engine.rows.row_table import RowTable, TableRow
from engine.rows.server_column import ServerColumn


class TableConnection(Connection, Protocol):
    """A connection to a real database, which makes tables and reads them back; a table's name is that of the sink.

    What is not an answer to a request (a table that can't be made, or read) is an error of the client's.
    """

    def create_table(self, table: RowTable, engine: str = "", made: Sequence[ServerColumn] = ()) -> None:
        """Make a table.

        Args:
            table: what its sink takes it for.
            engine: one of the server's, where it has several.
            made: the columns, where others have made them otherwise.
        """

    def read_table(self, table: RowTable, made: Sequence[ServerColumn] = ()) -> Sequence[TableRow]:
        """All rows that are there by now, the oldest first; values are those of the columns as they were made."""

    def close(self) -> None:
        """End it."""


def real_answer(asked: Coroutine[Any, Any, ServerAnswer]) -> ServerAnswer:
    """What a real server answers, without a scheduler: whoever asks one waits in real time, and not for others."""
    try:
        asked.send(None)
    except StopIteration as stopped:
        answer: ServerAnswer = stopped.value
        return answer
    asked.close()
    raise AssertionError("a real server's connection waits for nothing of the simulation's")
