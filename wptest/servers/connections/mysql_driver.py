"""PyMySQL as a driver, for MariaDB and MySQL."""

from __future__ import annotations

from typing import Any, final

from engine.databases.request import NoAnswer, ServerRefusal
from engine.databases.sql.sql_dialect import MARIADB, MYSQL, SqlDialect
from engine.databases.sql.sql_statements import SqlStatement
from wptest.servers.clients import TO_ANSWER, mysql_connect, mysql_errors
from wptest.servers.connections.sql_connection import Executed
from wptest.servers.server_address import ServerAddress

# Errors of the client itself: 0 is a connection that is closed, from 2000 on are those of libmysqlclient.
_CLIENT = {0, *range(2000, 3000)}
_NO_SERVER = (2002, 2003)
# The server says this when it says anything: most often it ends the connection while the packet is still sent.
_PACKET_TOO_LARGE = 1153
_COMMAND = 1  # the byte before a statement


@final
class MysqlDriver:
    """Implements `SqlDriver`."""

    def __init__(self, address: ServerAddress, *, is_mariadb: bool = True, timeout: float = TO_ANSWER) -> None:
        self._address = address
        self._timeout = timeout
        self._connection: Any = None
        self._largest_packet = 0
        self.dialect: SqlDialect = MARIADB if is_mariadb else MYSQL

    def execute(self, statement: SqlStatement) -> Executed:
        """See `SqlDriver.execute`."""
        if self._connection is None or not self._connection.open:
            self._connection = None
            self._connect()
        with self._connection.cursor() as cursor:
            text = cursor.mogrify(statement.text, statement.parameters or None)
            size = _COMMAND + len(text.encode(errors="surrogateescape"))
            if size > self._largest_packet:
                told = f"{size} bytes, and max_allowed_packet is {self._largest_packet}"
                raise mysql_errors().OperationalError(_PACKET_TOO_LARGE, told)
            affected = cursor.execute(text)
            return Executed(cursor.fetchall(), affected)

    def _connect(self) -> None:
        """Connect, and ask how large a packet may be: PyMySQL doesn't look at that, as MySQL's own client does."""
        connection = mysql_connect(self._address, timeout=self._timeout)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT @@max_allowed_packet")
                [[largest]] = cursor.fetchall()
        except BaseException:
            connection._force_close()  # noqa: SLF001 - see `close`
            raise
        self._connection, self._largest_packet = connection, int(largest)

    def answer_to(self, error: Exception) -> ServerRefusal | NoAnswer | None:
        """See `SqlDriver.answer_to`."""
        if not isinstance(error, mysql_errors().MySQLError) or not error.args:
            return None
        code, *texts = error.args
        text = " ".join(map(str, texts))
        if code not in _CLIENT:
            return ServerRefusal(str(code), text)
        is_new = self._connection is None
        self.close()
        return NoAnswer(f"{code} {text}".strip(), sent=not (is_new or code in _NO_SERVER))

    def close(self) -> None:
        """See `SqlDriver.close`."""
        if self._connection is not None and self._connection.open:
            self._connection._force_close()  # noqa: SLF001 - `close` says goodbye, for which one may wait long
        self._connection = None
