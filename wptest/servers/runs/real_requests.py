"""The requests of a run's clients to a real database: sent, cut, left waiting while the server stands still."""

from __future__ import annotations

import threading
from contextlib import suppress

from engine.databases.request import NoAnswer, ServerAnswer, ServerRefusal, WriteRows
from engine.servers.connection import ServerConnection
from engine.servers.server_call import ServerCall
from wptest.servers.connections.sql_connection import SqlConnection
from wptest.servers.connections.table_connection import TableConnection, real_answer
from wptest.servers.real_server import RealDatabase
from wptest.servers.runs.real_tables import Database, RealTables


class RealRequests:
    """Asks a real database for the clients of a run, each by a connection of its own.

    Who asks waits in real time, and no time of the run goes by. While the server stands still (SIGSTOP) requests
    are sent all the same, and wait there; their clients may give up meanwhile.
    """

    def __init__(self, database: Database, tables: RealTables) -> None:
        self._database = database
        self._tables = tables
        self._open: dict[ServerConnection, TableConnection] = {}
        self._waiting: dict[ServerCall, _Waiting] = {}
        self._held: dict[ServerCall, TableConnection] = {}
        self._stands_still = False

    def send(self, call: ServerCall, *, holds: bool) -> None:
        """Let the server stand still, if it doesn't, and send a request, which it has then and doesn't look at."""
        self._stand_still()
        self._note(call)
        self._waiting[call] = _Waiting(self._connection(call), call, holds=holds)

    def answer(self, call: ServerCall, *, holds: bool = False) -> ServerAnswer:
        """The answer to a request; one that waits is done now, since the server goes on.

        `holds` does it in a transaction, which stays open until `commit`.
        """
        self._go_on()
        waiting = self._waiting.pop(call, None)
        if waiting is None:
            self._note(call)
            connection = self._connection(call)
            answer = _asked(connection, call, holds=holds)
        else:
            connection, answer, holds = waiting.connection, waiting.answer(), waiting.holds
        if holds and not isinstance(answer, ServerRefusal | NoAnswer):
            self._held[call] = connection
        self._close_if_over(connection)
        self._tables.may_have_changed()
        return answer

    def commit(self, call: ServerCall, answer: ServerAnswer) -> ServerAnswer:
        """End the transaction of a request, if it has one; what came of the request."""
        connection = self._held.pop(call, None)
        if not isinstance(connection, SqlConnection):
            return answer
        wrong = connection.say("COMMIT")
        self._close_if_over(connection)
        self._tables.may_have_changed()
        return answer if wrong is None else wrong

    def undo(self, call: ServerCall) -> None:
        """Lose a client's connection with its transaction open."""
        self._held.pop(call, None)
        self.hang_up(call.connection)

    def send_half(self, call: ServerCall, *, resets: bool = False) -> None:
        """Send half of a request's bytes, and end the connection."""
        assert isinstance(self._database, RealDatabase), "nothing lies before a file"
        self._go_on()
        self._note(call)
        fault = self._database.fault("half_sent", _mark(call), resets=resets)
        real_answer(self._connection(call).ask(call.request))
        assert fault.struck, "the request has its mark"
        self.hang_up(call.connection)
        self._tables.may_have_changed()

    def hang_up(self, client: ServerConnection) -> None:
        """End a client's connection; what waits on it is done all the same, when the server goes on."""
        connection = self._open.pop(client, None)
        if connection is not None:
            self._close_if_over(connection)

    def server_ended(self, *, was_killed: bool) -> None:
        """The server has ended in the run. The real one is started again, and only the books reach it so soon."""
        if not isinstance(self._database, RealDatabase):
            return
        server = self._database.server
        if was_killed:
            server.kill()
        else:
            server.stop()
        self._drain()
        self._held.clear()
        server.start()
        self._tables.may_have_changed()

    def close(self) -> None:
        """End all connections; whatever waits is done or lost."""
        with suppress(Exception):  # the run is over, whatever it has come to
            self._go_on()
        self._drain()
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    def _stand_still(self) -> None:
        if not self._stands_still and isinstance(self._database, RealDatabase):
            self._tables.read_all()
            self._database.server.pause()
            self._stands_still = True

    def _go_on(self) -> None:
        if self._stands_still and isinstance(self._database, RealDatabase):
            self._database.server.resume()
            self._stands_still = False

    def _drain(self) -> None:
        self._stands_still = False
        for waiting in self._waiting.values():
            waiting.answer()
            if waiting.connection not in self._open.values():
                waiting.connection.close()
        self._waiting.clear()

    def _connection(self, call: ServerCall) -> TableConnection:
        if call.connection not in self._open:
            self._open[call.connection] = self._tables.connect()
        return self._open[call.connection]

    def _close_if_over(self, connection: TableConnection) -> None:
        waiting = [each.connection for each in self._waiting.values()]
        if connection not in [*waiting, *self._held.values(), *self._open.values()]:
            connection.close()

    def _note(self, call: ServerCall) -> None:
        if isinstance(call.request, WriteRows):
            self._tables.note_sent(call.request.table.name, call.request.rows)


class _Waiting:
    """A request whose answer a thread waits for."""

    def __init__(self, connection: TableConnection, call: ServerCall, *, holds: bool) -> None:
        self.connection = connection
        self.holds = holds
        self._call = call
        self._answer: ServerAnswer = NoAnswer("nobody has asked")
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._ask, name="wptest-request", daemon=True)
        self._thread.start()

    def answer(self) -> ServerAnswer:
        """Wait for it."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._answer

    def _ask(self) -> None:
        try:
            self._answer = _asked(self.connection, self._call, holds=self.holds)
        except BaseException as error:  # noqa: BLE001 - told to who waits
            self._error = error


def _asked(connection: TableConnection, call: ServerCall, *, holds: bool) -> ServerAnswer:
    """Ask, and wait for the answer in real time."""
    if not (holds and isinstance(connection, SqlConnection)):
        return real_answer(connection.ask(call.request))
    wrong = connection.say("BEGIN")
    if wrong is not None:
        return wrong
    answer = real_answer(connection.ask(call.request))
    if isinstance(answer, ServerRefusal):
        connection.say("ROLLBACK")
    return answer


def _mark(call: ServerCall) -> bytes:
    """What no other request of the connection has."""
    assert isinstance(call.request, WriteRows), "only these are cut"
    return b"INSERT INTO" if call.request.mode not in ("create", "index") else b'{"' + call.request.mode.encode()
