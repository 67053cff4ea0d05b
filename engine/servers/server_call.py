"""One request on its way, and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.databases.request import FaultPoint, NoAnswer, ServerAnswer, ServerRequest
from engine.kernel import Flag, Scheduler
from engine.servers.request_faults import CutAt, Disturbance, RequestFault

if TYPE_CHECKING:
    from engine.servers.connection import ServerConnection

LOST = "the connection was lost"


class ServerCall:
    """A request, from when its client begins to send it until it has an answer or has given up.

    Attributes:
        number: of the requests to write to one server, from 1; 0 for one that only reads.
        arrives: monotonic time at which it is with the server.
        waiting: how many requests were waiting there before it.
        rows: how many of its rows the server has got; all but where it was cut.
        done: there is an answer on its way.
        returns: monotonic time at which the answer is with the client.
        until: monotonic time until which the client waits for it.
        leaves: how many changes of the table are left if the connection ends now; None where nobody knows.
        disconnects: the connection is closed behind the answer.
        given_up: the client waits no more.
        connection: the client's connection that it comes by.
    """

    __slots__ = (
        "answer",
        "arrives",
        "connection",
        "disconnects",
        "done",
        "fault",
        "given_up",
        "leaves",
        "number",
        "request",
        "returns",
        "rows",
        "until",
        "waiting",
    )

    def __init__(
        self,
        scheduler: Scheduler,
        connection: ServerConnection,
        request: ServerRequest,
        number: int,
        fault: RequestFault | None,
    ) -> None:
        self.request = request
        self.connection = connection
        self.number = number
        self.fault = fault
        self.arrives = self.returns = self.until = 0
        self.waiting = 0
        self.leaves: int | None = None
        self.rows: int | None = None
        self.answer: ServerAnswer = NoAnswer(LOST)
        self.done = Flag(scheduler)
        self.given_up = self.disconnects = False

    @property
    def wrong(self) -> Disturbance | None:
        """What goes wrong with it, if anything."""
        return None if self.fault is None else self.fault.wrong

    def cut_at(self, point: FaultPoint) -> bool:
        """Whether its connection ends at this point."""
        wrong = self.wrong
        return isinstance(wrong, CutAt) and wrong.point == point

    @property
    def is_abandoned(self) -> bool:
        """Whether nobody waits for its answer any more."""
        return self.given_up or not self.connection.process.alive

    def finish(self, answer: ServerAnswer, returns: int) -> None:
        """Send the answer, which is with the client at that time."""
        self.answer, self.returns = answer, returns
        self.done.set()

    def lose(self, now: int, why: str = LOST) -> None:
        """End the connection, which the client notices at once."""
        if not self.done.is_set:
            self.finish(NoAnswer(why), now)
