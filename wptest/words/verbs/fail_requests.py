"""`fail_requests: {server: db, at: answer_lost}`: let requests to a database server go wrong from now on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, final

from pydantic import ConfigDict, Field

from engine.servers.server_words import ServerTrouble
from wptest.shapes.shape import KeyChoice, Shape, documented
from wptest.shapes.values import Duration, Name, Positive
from wptest.words.change import InForce, Pointless, StepChange, Why
from wptest.words.doings import LaterDoings
from wptest.words.failures import Failure
from wptest.words.obstacle import Reason
from wptest.words.stage import Lives, NotRunningError, Reality, Stage
from wptest.words.verb import MAKES_TROUBLE, Hit, Nature, Snippet, Stands, Verb, no_time

if TYPE_CHECKING:
    from engine.machine import Machine
    from engine.servers.request_faults import Disturbance, RequestFault
    from engine.servers.server import DatabaseServer

CutPoint = Literal["before_send", "half_sent", "received", "before_commit", "after_commit", "answer_lost"]
_WAYS = ("at", "late", "stopped", "refuse", "trouble")
# What coverage calls each: behind a server that stands still the answer is late.
_HITS = {
    "at": "request cut",
    "late": "late answer",
    "stopped": "late answer",
    "refuse": "refusal",
    "trouble": "refusal",
}


class FailingRequests(Shape):
    """What goes wrong with requests to write, at which server, and with which of them.

    It bites from the `nth` request on, `times` times and no longer than `for`; without these from the first one on,
    until a `heal` step.
    """

    model_config = ConfigDict(json_schema_extra={"dependencies": {"share": ["refuse"]}})
    choices = (KeyChoice("a failing request", "way to fail", _WAYS),)

    server: Name = documented("The server.", "db", default=...)
    table: Name | None = documented("Requests to this table only.", "orders")
    at: CutPoint | None = documented("The connection ends here; at `answer_lost` nobody notices.", "answer_lost")
    late: Annotated[Duration, Field(gt=0)] | None = documented("The answer comes so much later.", "12s")
    stopped: Annotated[Duration, Field(gt=0)] | None = documented(
        "The server stands still for so long before it looks at it.", "30s"
    )
    refuse: int | str | None = documented("The server refuses with this code of its own.", 1205, "40001", 429)
    trouble: ServerTrouble | None = documented("The server refuses as it does in this trouble.", "read_only")
    share: Annotated[float, Field(gt=0, le=1)] | None = documented("Only such a share of them is refused.", 0.5)
    duration: Duration | None = documented("How long it lasts. Without it: until a `heal` step.", "1s", alias="for")
    nth: Positive = documented("The first request that it bites.", 3, default=1)
    times: Positive | None = documented("How many requests it bites. Without it: all.", 1)

    @property
    def way(self) -> str:
        """The key that says what goes wrong."""
        return next(way for way in _WAYS if getattr(self, way) is not None)

    @property
    def wrong(self) -> Disturbance:
        """What goes wrong."""
        from engine.servers.request_faults import CutAt, Late, Refuse, Stopped, Troubled  # noqa: PLC0415 - see `do`

        if self.at is not None:
            return CutAt(self.at)
        if self.late is not None:
            return Late(self.late)
        if self.stopped is not None:
            return Stopped(self.stopped)
        if self.trouble is not None:
            return Troubled(self.trouble)
        return Refuse(str(self.refuse), share=1.0 if self.share is None else self.share)


@dataclass(frozen=True, slots=True)
class RequestsFail(StepChange):
    """A fault of requests is in force."""

    code: ClassVar[Failure] = Failure.NEVER_BIT

    server: DatabaseServer
    fault: RequestFault

    def pointless(self, _done: LaterDoings) -> Pointless | None:
        """See `StepChange.pointless`."""
        if self.fault.took_effect:
            return None
        fault = self.fault
        evidence = f"requests to write to {self.server.name} since then: {fault.seen}"
        help_ = "give it a smaller 'nth'" if fault.seen and fault.seen < fault.nth else "let it begin earlier"
        message = f"the fault {fault.wrong.label} at {self.server.name} never bit"
        return Pointless(("fail_requests",), message, Why((evidence,), help_))

    def faults(self) -> Iterable[tuple[str, str]]:
        """See `StepChange.faults`."""
        yield self.fault.wrong.label, self.server.name

    def in_force(self, machine: Machine, _first: StepChange) -> InForce | None:
        """See `StepChange.in_force`."""
        if self.fault not in self.server.faults.rules or self.fault.is_over(machine.scheduler.now):
            return None
        return InForce(f"the fault {self.fault.wrong.label} at {self.server.name} is still there", "heal: true")


@final
class FailRequests(Verb[FailingRequests]):
    """Let requests to a database server go wrong from now on."""

    key = "fail_requests"
    order = 72
    examples = ({"server": "db", "at": "answer_lost", "times": 1},)
    value = FailingRequests
    stands = Stands(when=True, meanwhile=True, cleanup=MAKES_TROUBLE)
    snippets = (
        Snippet(
            "fail requests",
            "Lose the answer to a request of a database sink",
            {"fail_requests": {"server": "${1:db}", "at": "${2:answer_lost}", "nth": "${3:3}", "times": 1}},
        ),
    )
    nature = Nature(keeps_back=True, may_miss=True, is_heard=False, settles=False)
    takes = no_time

    async def do(self, stage: Stage) -> Sequence[StepChange]:
        """See `Verb.do`."""
        from engine.servers.on_machine import servers_on  # noqa: PLC0415 - for a run only
        from engine.servers.request_faults import RequestFault  # noqa: PLC0415

        written, now = self.written, stage.machine.scheduler.now
        server = servers_on(stage.machine).by_name.get(written.server)
        if server is None:
            raise NotRunningError(written.server)
        fault = RequestFault(
            written.wrong,
            written.table or "",
            written.nth,
            written.times,
            now,
            None if written.duration is None else now + written.duration,
        )
        server.faults.add(fault)
        return [RequestsFail(server, fault)]

    def lives(self, lives: Lives) -> None:
        """See `Verb.lives`."""
        lives.trouble_comes()

    def obstacles(self, real: Reality) -> Iterable[Reason]:
        """See `Verb.obstacles`."""
        return real.why_requests_never_fail(self.written.server, self.written.wrong)

    def hits(self) -> Iterable[Hit]:
        """See `Verb.hits`."""
        yield Hit(_HITS[self.written.way], program=self.written.server, table=self.written.table or "")

    @property
    def lasts(self) -> int:
        """See `Verb.lasts`."""
        return self.written.duration or 0
