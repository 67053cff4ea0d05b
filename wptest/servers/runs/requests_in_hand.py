"""A request to a real database while it is under way: sent, held before its end where that can be, and answered."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

from engine.databases.request import NoAnswer, ServerAnswer, ServerRefusal, ServerRequest, WriteRows
from wptest.servers.administration import Administrator
from wptest.servers.connections.sql_connection import SqlConnection
from wptest.servers.connections.table_connection import TableConnection, real_answer
from wptest.servers.real_server import RealDatabase

_GLANCE = 0.002  # seconds
_LONGEST = 3600  # seconds that a statement is held at most, if nobody ends it
_HOLD = "wptest_hold"  # the name of the lock, and of the trigger that waits for it


class RequestInHand:
    """A request of a client's, which can't be held anywhere.

    Args:
        connection: the client's.
        request: what it asks.
    """

    def __init__(self, connection: TableConnection, request: ServerRequest) -> None:
        self.connection = connection
        self._request = request
        self._answer: ServerAnswer = NoAnswer("nobody has asked")
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._is_done = False

    def prepare(self) -> None:
        """Do what has to be done before it is sent, while the server still does anything."""

    def send(self) -> None:
        """Send it, and don't wait for its answer."""
        self._thread = threading.Thread(target=self._run, name="wptest-request", daemon=True)
        self._thread.start()

    def go_on(self) -> None:
        """Let it come as far as it can be held: from here on the server works at it."""

    def answer(self) -> ServerAnswer:
        """Let it come to its end, and wait for that in real time."""
        return self._awaited()

    def undo(self) -> None:
        """End it where it is held; the client's connection is to be ended behind it."""

    def forget(self) -> None:
        """Its server has ended meanwhile, and runs again."""
        if self._thread is not None:
            self._thread.join()

    def _awaited(self) -> ServerAnswer:
        if self._thread is not None:
            self._thread.join()
        elif not self._is_done:
            self._run()
        if self._error is not None:
            raise self._error
        return self._answer

    def _run(self) -> None:
        try:
            self._answer = self._asked()
        except BaseException as error:  # noqa: BLE001 - told to who waits
            self._error = error
        self._is_done = True

    def _asked(self) -> ServerAnswer:
        return real_answer(self.connection.ask(self._request))


class HeldTransaction(RequestInHand):
    """A request that is held between its rows and its commit, in a transaction of its own."""

    def go_on(self) -> None:
        """See `RequestInHand.go_on`."""
        self._awaited()

    def answer(self) -> ServerAnswer:
        """See `RequestInHand.answer`."""
        answer = self._awaited()
        if isinstance(answer, ServerRefusal | NoAnswer):
            return answer
        return self._says("COMMIT") or answer

    def _asked(self) -> ServerAnswer:
        wrong = self._says("BEGIN")
        if wrong is not None:
            return wrong
        answer = super()._asked()
        if isinstance(answer, ServerRefusal):
            self._says("ROLLBACK")
        return answer

    def _says(self, statement: str) -> ServerRefusal | NoAnswer | None:
        assert isinstance(self.connection, SqlConnection), "others have no transactions"
        return self.connection.say(statement)


class HeldStatement(RequestInHand):
    """A statement of MariaDB that is held in the middle of its rows: a trigger waits there for a lock that we have.

    Args:
        connection: the client's.
        request: what it asks.
        database: where its table is.
    """

    def __init__(self, connection: TableConnection, request: WriteRows, database: RealDatabase) -> None:
        super().__init__(connection, request)
        self._database = database
        self._table = request.table.name
        self._half = max(1, len(request.rows) // 2)
        self._administrator = Administrator(database)

    def prepare(self) -> None:
        """See `RequestInHand.prepare`: the trigger is made."""
        self._administrator.__enter__()
        self._administrator.say(f"DO GET_LOCK('{_HOLD}', {_LONGEST})")
        self._administrator.say(
            f"CREATE TRIGGER `{_HOLD}` AFTER INSERT ON `{self._table}` FOR EACH ROW BEGIN "
            f"SET @wptest_rows = @wptest_rows + 1; IF @wptest_rows = {self._half} THEN "
            f"DO GET_LOCK('{_HOLD}', {_LONGEST}); DO RELEASE_LOCK('{_HOLD}'); END IF; END"
        )

    def go_on(self) -> None:
        """See `RequestInHand.go_on`: one that adds fewer rows comes to its end."""
        if self._thread is None:
            self.send()
        while not self._is_done and self._held() is None:
            time.sleep(_GLANCE)

    def answer(self) -> ServerAnswer:
        """See `RequestInHand.answer`."""
        self._administrator.say(f"DO RELEASE_LOCK('{_HOLD}')")
        answer = self._awaited()
        self._clear_away()
        return answer

    def undo(self) -> None:
        """See `RequestInHand.undo`."""
        if (number := self._held()) is not None:
            self._administrator.say(f"KILL CONNECTION {number}")
            while self._held() is not None:
                time.sleep(_GLANCE)
        self._awaited()
        self._clear_away()

    def forget(self) -> None:
        """See `RequestInHand.forget`: the trigger is still there."""
        super().forget()
        with suppress(Exception):  # of a server that is no more
            self._administrator.__exit__(None, None, None)
        self._administrator.__enter__()
        self._clear_away()

    def _asked(self) -> ServerAnswer:
        assert isinstance(self.connection, SqlConnection), "MariaDB speaks SQL"
        return self.connection.say("SET @wptest_rows = 0") or super()._asked()

    def _held(self) -> int | None:
        """The number of the connection whose statement waits for the lock, if it has come so far."""
        where = f"state = 'User lock' AND db = '{self._database.name}' AND id <> CONNECTION_ID()"
        found = self._administrator.say(f"SELECT id FROM information_schema.processlist WHERE {where}")  # noqa: S608 - our own name
        return None if found is None else int(found)

    def _clear_away(self) -> None:
        self._administrator.say(f"DO RELEASE_LOCK('{_HOLD}')")
        self._administrator.say(f"DROP TRIGGER IF EXISTS `{_HOLD}`")
        self._administrator.__exit__(None, None, None)
