"""One life of a real server in a run: it is asked when its turn comes, by the run's clock."""

from __future__ import annotations

from typing import final

from engine.databases.request import (
    ByItem,
    NoAnswer,
    RowsWritten,
    ServerAnswer,
    ServerRefusal,
    WriteRows,
)
from engine.servers.request_events import tell_refusal, tell_refused_rows, tell_rows_there
from engine.servers.request_faults import CutAt, Troubled
from engine.servers.server_call import ServerCall
from engine.servers.server_life import RequestDone, ServerLife
from engine.servers.server_setup import Setup
from engine.servers.server_words import ServerTrouble
from wptest.servers.runs.real_requests import RealRequests
from wptest.servers.runs.real_troubles import RealTroubles


@final
class RealLife(ServerLife):
    """One life of a real server.

    Args:
        setup: what is the same in all of its lives.
        number: which life it is, from 1.
        requests: what the clients ask.
        troubles: what may be wrong with it.
        can_hold: a request can be held between its rows and its commit, or in the middle of its rows.
        can_stand_still: it is ours, so that it may be stopped with a request that it hasn't looked at.
    """

    def __init__(
        self,
        setup: Setup,
        number: int,
        requests: RealRequests,
        troubles: RealTroubles,
        *,
        can_hold: bool,
        can_stand_still: bool,
    ) -> None:
        super().__init__(setup, number)
        self._requests = requests
        self._troubles = troubles
        self._can_hold = can_hold
        self._can_stand_still = can_stand_still
        self._sent: set[ServerCall] = set()

    def deliver(self, call: ServerCall) -> bool:
        """See `ServerLife.deliver`: to one that stands still it is sent at once, and waits there."""
        is_taken = super().deliver(call)
        if is_taken and self.process.paused and call.rows is None and not isinstance(call.wrong, Troubled):
            self._send(call)
        return is_taken

    async def _recover(self) -> None:
        """The real one has done that when it answers again, which was waited for."""

    async def _close(self) -> None:
        """It does that when it is asked to end."""

    async def _serve(self, call: ServerCall) -> RequestDone:
        if not isinstance(call.request, WriteRows):
            return RequestDone(self._requests.answer(call))
        if call.rows is not None:
            self._send_half(call, call.rows)
            return RequestDone(None)
        if self._waits_for_moments and self._can_stand_still and not isinstance(call.wrong, Troubled):
            self._send(call)  # it has all of it, and doesn't look at it
        if not self._setup.kind.is_embedded:
            await self._setup.reach(call, "received", self.process)
        if isinstance(call.wrong, Troubled):
            answer = self._in_trouble(call, call.wrong.trouble)
        else:
            self._requests.go_on(call, holds=self._holds(call))
            await self._setup.reach(call, "before_commit", self.process)
            if self._setup.is_over_with_its_client(call) or self._setup.cut(call, "before_commit"):
                self._requests.undo(call)
                return RequestDone(None)
            answer = self._requests.answer(call)
        self._tell(call, call.request, answer)
        await self._setup.reach(call, "after_commit", self.process)
        return RequestDone(None if self._setup.cut(call, "after_commit") else answer)

    def _in_trouble(self, call: ServerCall, trouble: ServerTrouble) -> ServerAnswer:
        self._setup.bite(call)
        with self._troubles.while_it_is(trouble, call.request.table.name):
            self._requests.hang_up(call.connection)  # some troubles are those of new connections
            answer = self._requests.answer(call)
            self._requests.hang_up(call.connection)
        return answer

    def _send(self, call: ServerCall) -> None:
        if call not in self._sent:
            self._sent.add(call)
            self._requests.send(call, holds=self._holds(call))

    @property
    def _waits_for_moments(self) -> bool:
        """Whether anybody waits for a moment of a request."""
        return bool(self._setup.watchers)

    def _holds(self, call: ServerCall) -> bool:
        """Whether it is to be held between its rows and its commit, so far as that can be."""
        return self._can_hold and (self._waits_for_moments or call.cut_at("before_commit"))

    def _send_half(self, call: ServerCall, rows: int) -> None:
        resets = isinstance(call.wrong, CutAt) and call.wrong.reset
        self._requests.send_half(call, resets=resets)
        if self._setup.kind.cut_bodies != "stored":
            self._setup.emit("request.dropped", request=call.number, rows=rows)

    def _tell(self, call: ServerCall, request: WriteRows, answer: ServerAnswer) -> None:
        match answer:
            case RowsWritten(affected):
                tell_rows_there(self._setup, call, min(affected, len(request.rows)))
            case ByItem(items):
                tell_refused_rows(self._setup, call, answer.refused)
                tell_rows_there(self._setup, call, len(items) - len(answer.refused))
            case ServerRefusal(code):
                tell_refusal(self._setup, call, code)
            case NoAnswer():
                self._setup.emit("request.lost", request=call.number)
            case _:
                raise AssertionError("who writes asks for no keys")

    def _ended(self) -> None:
        super()._ended()
        self._requests.server_ended(was_killed=self.process.killed_by is not None)
