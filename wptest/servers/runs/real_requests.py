"""The requests of a run's clients to a real database: sent, cut, left waiting while the server stands still."""

from __future__ import annotations

from contextlib import suppress

from engine.databases.request import ServerAnswer, WriteRows
from engine.servers.connection import ServerConnection
from engine.servers.server_call import ServerCall
from wptest.servers.connections.table_connection import TableConnection, real_answer
from wptest.servers.real_server import RealDatabase
from wptest.servers.runs.real_tables import Database, RealTables
from wptest.servers.runs.requests_in_hand import HeldStatement, HeldTransaction, RequestInHand

TRANSACTIONAL = frozenset({"innodb", "postgres", "sqlite"})
BY_TRIGGER = frozenset({"myisam", "aria"})  # statements are held in the middle of their rows


class RealRequests:
    """Asks a real database for the clients of a run, each by a connection of its own.

    Who asks waits in real time, and no time of the run goes by. While the server stands still (SIGSTOP) requests
    are sent all the same, and wait there; their clients may give up meanwhile.

    Args:
        database: where the tables are.
        tables: how they are read.
        engine: how they keep rows, without its version.
    """

    def __init__(self, database: Database, tables: RealTables, engine: str) -> None:
        self._database = database
        self._tables = tables
        self._engine = engine
        self._open: dict[ServerConnection, TableConnection] = {}
        self._in_hand: dict[ServerCall, RequestInHand] = {}
        self._stands_still = False

    def send(self, call: ServerCall, *, holds: bool) -> None:
        """Let the server stand still, if it doesn't, and send a request, which it has then and doesn't look at.

        `holds` lets it be held before its end, when the server goes on.
        """
        request = self._begun(call, holds=holds and not self._stands_still)
        if not self._stands_still and isinstance(self._database, RealDatabase):
            self._tables.read_all()
            self._database.server.pause()
            self._stands_still = True
        request.send()

    def go_on(self, call: ServerCall, *, holds: bool) -> None:
        """Let the server go on, and a request come as far as it can be held before its end, if it is to be."""
        self._resume()
        request = self._in_hand.get(call) or self._begun(call, holds=holds)
        request.go_on()

    def answer(self, call: ServerCall) -> ServerAnswer:
        """The answer to a request, which comes to its end now."""
        self._resume()
        request = self._in_hand.get(call) or self._begun(call, holds=False)
        answer = request.answer()
        self._done(call)
        return answer

    def undo(self, call: ServerCall) -> None:
        """End a request where it is held, and its client's connection."""
        self._in_hand[call].undo()
        self.hang_up(call.connection)
        self._done(call)

    def send_half(self, call: ServerCall, *, resets: bool = False) -> None:
        """Send half of a request's bytes, and end the connection."""
        assert isinstance(self._database, RealDatabase), "nothing lies before a file"
        self._resume()
        self._note(call)
        fault = self._database.fault("half_sent", _mark(call), resets=resets)
        real_answer(self._connection(call).ask(call.request))
        assert fault.struck, "the request has its mark"
        self.hang_up(call.connection)
        self._tables.may_have_changed()

    def hang_up(self, client: ServerConnection) -> None:
        """End a client's connection; what is in hand of it is done all the same."""
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
        self._stands_still = False
        server.start()
        self._forget_all()
        self._tables.may_have_changed()

    def close(self) -> None:
        """End all connections; whatever is in hand is done or lost."""
        with suppress(Exception):  # the run is over, whatever it has come to
            self._resume()
        self._forget_all()
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    def _begun(self, call: ServerCall, *, holds: bool) -> RequestInHand:
        self._note(call)
        request = self._made(call, holds=holds)
        self._in_hand[call] = request
        request.prepare()
        return request

    def _made(self, call: ServerCall, *, holds: bool) -> RequestInHand:
        connection = self._connection(call)
        if holds and self._engine in TRANSACTIONAL:
            return HeldTransaction(connection, call.request)
        if holds and self._engine in BY_TRIGGER and isinstance(call.request, WriteRows):
            assert isinstance(self._database, RealDatabase), "its engine is one of a server"
            self._tables.read_all()  # who holds it keeps readers out as well
            return HeldStatement(connection, call.request, self._database)
        return RequestInHand(connection, call.request)

    def _done(self, call: ServerCall) -> None:
        request = self._in_hand.pop(call)
        self._close_if_over(request.connection)
        self._tables.may_have_changed()

    def _forget_all(self) -> None:
        for call, request in list(self._in_hand.items()):
            request.forget()
            self._done(call)

    def _resume(self) -> None:
        if self._stands_still and isinstance(self._database, RealDatabase):
            self._database.server.resume()
            self._stands_still = False

    def _connection(self, call: ServerCall) -> TableConnection:
        if call.connection not in self._open:
            self._open[call.connection] = self._tables.connect()
        return self._open[call.connection]

    def _close_if_over(self, connection: TableConnection) -> None:
        in_hand = [each.connection for each in self._in_hand.values()]
        if connection not in [*in_hand, *self._open.values()]:
            connection.close()

    def _note(self, call: ServerCall) -> None:
        if isinstance(call.request, WriteRows):
            self._tables.note_sent(call.request.table.name, call.request.rows)


def _mark(call: ServerCall) -> bytes:
    """What no other request of the connection has."""
    assert isinstance(call.request, WriteRows), "only these are cut"
    return b"INSERT INTO" if call.request.mode not in ("create", "index") else b'{"' + call.request.mode.encode()
