"""A client's way to a server of the simulation: it implements `databases.request.Connection`."""

from __future__ import annotations

from typing import Protocol

from engine.databases.request import FaultPoint, NoAnswer, ServerAnswer, ServerRequest, WriteRows
from engine.kernel import Process, sleep
from engine.servers.request_faults import RequestFault, Stopped
from engine.servers.server_call import LOST, ServerCall
from engine.servers.server_setup import Setup
from engine.units import format_duration


class Far(Protocol):
    """The server at the other end, as a connection needs it.

    Attributes:
        life: which of its lives it is in.
        listening: it takes connections.
    """

    @property
    def life(self) -> int:
        """See above."""

    @property
    def listening(self) -> bool:
        """See above."""

    async def wake(self) -> None:
        """Begin to live, where that is what a connection does."""

    def next_write(self) -> int:
        """The number of the next request to write."""

    def fault_for(self, table: str) -> RequestFault | None:
        """What goes wrong with the request that begins now."""

    def deliver(self, call: ServerCall) -> bool:
        """Hand a request over; whether it was taken."""

    def stand_still(self, duration: int) -> None:
        """Stop for so many nanoseconds."""

    def hang_up(self, connection: ServerConnection) -> None:
        """A client's connection is over; its next request makes another."""


class ServerConnection:
    """One connection of a client's process, made at its first request, and again when it was lost.

    Args:
        setup: the server.
        far: the server as it is now.
        process: the client's process; when it ends, what is half sent stays half sent.
        timeout: nanoseconds for which an answer is waited for.

    Attributes:
        process: see above.
    """

    def __init__(self, setup: Setup, far: Far, process: Process, timeout: int) -> None:
        self._setup = setup
        self._far = far
        self.process = process
        self._timeout = timeout
        self._life = 0  # of the server that it leads to; 0 for none
        self._half: ServerCall | None = None
        process.on_end.append(self._client_ended)

    async def ask(self, request: ServerRequest) -> ServerAnswer:
        """See `Connection.ask`."""
        await self._far.wake()
        scheduler = self._setup.machine.scheduler
        if isinstance(request, WriteRows):
            number, fault = self._far.next_write(), self._far.fault_for(request.table.name)
        else:
            number, fault = 0, None
        call = ServerCall(scheduler, self, request, number, fault)
        await self._reach(call, "before_send")
        unsent = self._unsent(call)
        if unsent is not None:
            self._lost(unsent)
            self._setup.emit("request.lost" if unsent.sent else "request.unsent", request=number)
            return unsent
        self._half = call
        await self._reach(call, "half_sent")
        self._half = None
        self._tell_sent(call)
        if call.cut_at("half_sent"):
            self._setup.bite(call)
            self._deliver_half(call)
            return self._lost(NoAnswer(LOST))
        if isinstance(call.wrong, Stopped):
            self._setup.bite(call)
            self._far.stand_still(call.wrong.duration)
        call.until = scheduler.now + self._timeout
        if not self._far.deliver(call):  # it has ended, or more are waiting than it takes
            return self._lost(NoAnswer(LOST))
        return await self._answer(call)

    def _unsent(self, call: ServerCall) -> NoAnswer | None:
        """Why the request can't be sent, if it can't."""
        if call.cut_at("before_send"):
            self._setup.bite(call)
            return NoAnswer("no connection could be made", sent=False)
        if not self._far.listening:
            return NoAnswer(f"{self._setup.name} refuses connections", sent=False)
        if self._life not in (0, self._far.life) and self._setup.kind.keeps_connections:
            # Nobody tells a connection that its server has been started anew: its next request is lost, and the
            # client can't know that nothing of it was seen.
            return NoAnswer(LOST)
        self._life = self._far.life
        return None

    async def _answer(self, call: ServerCall) -> ServerAnswer:
        scheduler = self._setup.machine.scheduler
        is_there = await call.done.wait(self._timeout)
        left = min(call.returns, call.until) - scheduler.now
        if is_there and left > 0:
            await sleep(left)
        if not is_there or call.returns > call.until:
            call.given_up = True
            self._setup.emit("request.given_up", request=call.number)
            return self._lost(NoAnswer(f"no answer within {format_duration(self._timeout)}"))
        await self._reach(call, "answer_late")
        answer = call.answer
        return self._lost(answer) if call.disconnects or isinstance(answer, NoAnswer) else answer

    def _lost(self, answer: ServerAnswer) -> ServerAnswer:
        """The connection is over; the next request makes another."""
        self._life = 0
        self._far.hang_up(self)
        return answer

    async def _reach(self, call: ServerCall, point: FaultPoint) -> None:
        await self._setup.reach(call, point, self.process)

    def _tell_sent(self, call: ServerCall) -> None:
        request = call.request
        if isinstance(request, WriteRows):
            table, rows, mode = request.table.name, len(request.rows), request.mode
            self._setup.emit("request.sent", request=call.number, table=table, rows=rows, mode=mode)
        else:
            self._setup.emit("keys.asked", table=request.table.name, keys=len(request.keys))

    def _deliver_half(self, call: ServerCall) -> None:
        """Hand over half of the rows; the server doesn't know how many there were to be."""
        if isinstance(call.request, WriteRows):
            call.given_up = True
            call.rows = len(call.request.rows) // 2
            self._far.deliver(call)

    def _client_ended(self) -> None:
        if self._half is not None and self._far.listening:
            self._deliver_half(self._half)
        self._far.hang_up(self)
