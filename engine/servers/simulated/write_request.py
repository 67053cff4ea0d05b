"""How a server does one request to write: what it refuses, what it writes when, and what it says of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from engine.databases.request import (
    ByItem,
    FaultPoint,
    ItemStatus,
    ServerAnswer,
    ServerRefusal,
    WriteRows,
)
from engine.kernel import Process
from engine.kernel.by_identity import ByIdentity
from engine.servers.engines.bulk_index import QUEUE_FULL
from engine.servers.request_events import tell_refusal, tell_refused_rows, tell_rows_there
from engine.servers.request_faults import CutAt, Refuse, Troubled, is_of_items
from engine.servers.server_call import ServerCall
from engine.servers.server_life import RequestDone
from engine.servers.server_setup import Setup
from engine.servers.simulated.open_table import OpenTable
from engine.servers.table_engine import Decision
from engine.servers.table_state import ChangeUnit, Put
from engine.storage.faults import FULL

_MOST_DECISIONS = 100


class Writing:
    """Does one request of a client in a server's process.

    Args:
        setup: the server.
        process: its process.
        call: the request.
        table: its table; None where there is none of that name.
    """

    def __init__(self, setup: Setup, process: Process, call: ServerCall, table: OpenTable | None) -> None:
        assert isinstance(call.request, WriteRows), "who only reads changes nothing"
        self._setup = setup
        self._process = process
        self._call = call
        self._table = table
        self._request: WriteRows = call.request

    async def done(self) -> RequestDone:
        """Do it.

        Raises:
            OSError: the disk fails, and such a server ends itself.
            DamagedTable: the same.
        """
        await self._reach("received")
        if self._setup.cut(self._call, "received"):
            return RequestDone(None)
        if self._call.rows is not None and not self._is_stored_in_part():
            return RequestDone(None)
        answer = self._turned_away()
        if answer is not None:
            self._tell_refusal(answer)
            return RequestDone(answer)
        assert self._table is not None, "else it was turned away"
        chosen = self._refused_items()
        rest = self._without(chosen) if chosen else self._request
        decision = self._table.decide(rest)
        return await self._written(self._table, self._merged(decision, chosen) if chosen else decision)

    async def _written(self, table: OpenTable, decision: Decision) -> RequestDone:
        """Do what was decided: half of the units, then the rest; who is killed between leaves the first half."""
        first, rest = _halves(decision.units)
        half = len(first)
        whole_only = self._setup.kind.in_one_record
        try:
            if not whole_only:
                await table.write(first)
            self._call.leaves = half
            await self._reach("before_commit")
            if self._setup.is_over_with_its_client(self._call):
                return RequestDone(None)
            is_cut = self._setup.cut(self._call, "before_commit")
            kept = first if is_cut else decision.units
            await table.write(_as_one(kept) if whole_only else () if is_cut else rest)
            await table.commit()
        except OSError as error:
            return RequestDone(self._failed(error, decision))
        if not is_cut:
            self._tell(decision)
        elif half:
            self._tell_rows_there(first)
        self._call.leaves = len(kept)
        await self._reach("after_commit")
        if is_cut or self._setup.cut(self._call, "after_commit"):
            return RequestDone(None)
        return RequestDone(decision.answer, decision.disconnects)

    def _failed(self, error: OSError, decision: Decision) -> ServerAnswer:
        kind = self._setup.kind
        refusal = kind.full if error.errno in FULL else kind.broken
        if refusal is None:
            raise error
        tell_refusal(self._setup, self._call, refusal.code)
        if isinstance(decision.answer, ByItem):
            failed = ItemStatus(int(refusal.code), refusal.text)
            return ByItem(tuple(item if item.is_refused else failed for item in decision.answer.items))
        return refusal

    async def _reach(self, point: FaultPoint) -> None:
        await self._setup.reach(self._call, point, self._process)

    def _is_stored_in_part(self) -> bool:
        """Whether a server does the rows that it has of a request that was cut."""
        wrong, kept = self._call.wrong, self._setup.kind.cut_bodies
        spoilt = self._request.framed or (isinstance(wrong, CutAt) and (wrong.reset or wrong.inside_line))
        rows = self._call.rows or 0
        if not rows or kept == "dropped" or (kept == "stored_if_whole_lines" and spoilt):
            self._setup.emit("request.dropped", request=self._call.number, rows=rows)
            return False
        request = self._request
        self._request = replace(request, rows=request.rows[:rows])
        return True

    def _turned_away(self) -> ServerAnswer | None:
        """The answer to a request that is not looked at."""
        kind, wrong, queue = self._setup.kind, self._call.wrong, self._setup.settings.queue
        if isinstance(wrong, Troubled):
            self._setup.bite(self._call)
            refusal = kind.refusals.get(wrong.trouble)
            return refusal if refusal is not None else self._each(kind.item_refusals[wrong.trouble])
        if isinstance(wrong, Refuse) and not is_of_items(kind, wrong):
            self._setup.bite(self._call)
            return ServerRefusal(wrong.code, wrong.kind)
        if queue is not None and self._call.waiting >= queue:
            return self._each(QUEUE_FULL) if kind.by_item else ServerRefusal("429", "too many requests")
        if self._table is None:
            refusal = kind.refusals.get("missing")
            return refusal if refusal is not None else self._each(kind.item_refusals["missing"])
        return None

    def _each(self, status: ItemStatus) -> ByItem:
        return ByItem((status,) * len(self._request.rows))

    def _is_drawn(self, wrong: Refuse) -> bool:
        stream = self._setup.machine.streams.stream(f"server/{self._setup.name}")
        return wrong.share >= 1 or stream.random() < wrong.share

    def _refused_items(self) -> dict[int, ItemStatus]:
        """The places of the rows that a fault refuses, each by itself."""
        wrong = self._call.wrong
        if not isinstance(wrong, Refuse) or not is_of_items(self._setup.kind, wrong):
            return {}
        status = ItemStatus(int(wrong.code), wrong.kind)
        chosen = {place: status for place in range(len(self._request.rows)) if self._is_drawn(wrong)}
        if chosen:
            self._setup.bite(self._call)
        return chosen

    def _without(self, chosen: dict[int, ItemStatus]) -> WriteRows:
        request = self._request
        rows = tuple(row for place, row in enumerate(request.rows) if place not in chosen)
        return replace(request, rows=rows)

    def _merged(self, decision: Decision, chosen: dict[int, ItemStatus]) -> Decision:
        """The decision about the other rows, with what was said of the chosen ones between them."""
        if not isinstance(decision.answer, ByItem):
            return decision
        others = iter(decision.answer.items)
        items = tuple(chosen[at] if at in chosen else next(others) for at in range(len(self._request.rows)))
        answer = ByItem(items)
        return Decision(answer, decision.units, answer.refused)

    def _tell_refusal(self, answer: ServerAnswer) -> None:
        if isinstance(answer, ByItem):
            tell_refused_rows(self._setup, self._call, answer.refused)
        elif isinstance(answer, ServerRefusal):
            tell_refusal(self._setup, self._call, answer.code)

    def _tell(self, decision: Decision) -> None:
        tell_refused_rows(self._setup, self._call, decision.refused)
        if isinstance(decision.answer, ServerRefusal):
            tell_refusal(self._setup, self._call, decision.answer.code)
        if decision.units or not isinstance(decision.answer, ServerRefusal):
            self._tell_rows_there(decision.units)

    def _tell_rows_there(self, units: Iterable[ChangeUnit]) -> None:
        rows = [type(change) for unit in units for change in unit].count(Put)
        tell_rows_there(self._setup, self._call, rows)


@partial(ByIdentity, most=_MOST_DECISIONS)
def _halves(units: Sequence[ChangeUnit]) -> tuple[Sequence[ChangeUnit], Sequence[ChangeUnit]]:
    """The units in two parts: the same parts of the same units, so that what follows from them is known."""
    half = len(units) // 2
    return units[:half], units[half:]


@partial(ByIdentity, most=_MOST_DECISIONS)
def _as_one(units: Sequence[ChangeUnit]) -> list[ChangeUnit]:
    return [tuple(change for unit in units for change in unit)] if units else []
