"""Database sinks of another behaviour, which hold rows: the reference sends all that it was given, and keeps none.

Some count lines as written that they send when there are enough for a batch. Some keep what their server didn't
take, and send it with the next rows, though the pipeline has it as well. And some let rows go before they send
them: of a batch that fails they give back its last line alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from engine.behaviour import Behaviour
from engine.databases.batch_written import BatchWritten
from engine.machine import Program
from engine.machine.batch_outcome import BatchOutcome
from engine.project.model import SinkConf
from engine.rows.row_table import TableRow
from engine.sinks.database_sink import DatabaseSink
from engine.sinks.sink import SinkError

_EARLIER = -1


def holds_rows(behaviour: Behaviour) -> bool:
    """Whether database sinks hold rows."""
    return (
        behaviour.unfilled_batch == "held_until_full"
        or behaviour.failed_rows == "sent_with_the_next"
        or behaviour.failed_bulk == "last_line"
    )


class HeldRow(NamedTuple):
    """A row that a sink has in hand.

    Attributes:
        row: what is sent.
        line: what it was made of, where nobody else has it any more: it counts as written.
        place: of the line in the batch that the sink was given last; -1 if it was given it earlier.
    """

    row: TableRow
    line: bytes | None
    place: int


class HoldingSink(DatabaseSink):
    """Writes rows to a table, and holds some of them; implements `Sink`."""

    def __init__(self, program: Program, conf: SinkConf) -> None:
        super().__init__(program, conf)
        family, behaviour = self._how.rules.family, program.behaviour
        is_bulk, is_clickhouse = family == "bulk", family == "clickhouse"
        self._waits = behaviour.unfilled_batch == "held_until_full" and (is_bulk or is_clickhouse)
        self._keeps = behaviour.failed_rows == "sent_with_the_next" and not is_bulk
        self._lets_go = behaviour.failed_bulk == "last_line" and is_bulk
        self._held: list[HeldRow] = []
        self._going: Sequence[HeldRow] = ()
        self._rows_taken = 0
        program.holdings.append(self._holding)

    async def write(self, lines: Sequence[bytes]) -> None:
        """See `Sink.write`: without an error the lines are written, or held and count as that."""
        done, refused = list[int](), dict[int, str]()
        places, rows = self._rows(lines, 0, done, refused)
        new = [HeldRow(row, lines[at], at) for at, row in zip(places, rows, strict=True)]
        waiting = [*self._held, *new]
        due = self._due(len(waiting), len(new))
        self._held = waiting[due:]
        written = await self._send_held(waiting[:due])
        outcome = written.outcome
        done += [waiting[at].place for at in outcome.delivered if waiting[at].place != _EARLIER]
        refused |= {waiting[at].place: why for at, why in outcome.refused.items()}
        refused.pop(_EARLIER, None)  # nobody waits for an answer to these
        if written.stopped is not None:
            self._rows_taken -= sum(each.place != _EARLIER for each in self._held)
            self._held = [each for each in self._held if each.place == _EARLIER]
            unknown = [waiting[at].place for at in outcome.unknown if waiting[at].place != _EARLIER]
            if self._lets_go:
                done += [each.place for each in new[:-1] if each.place not in refused]
                unknown = []
            raise SinkError(written.error_class, written.reason, BatchOutcome(done, refused, unknown))
        done += [each.place for each in self._held]
        self._held = [each._replace(place=_EARLIER) for each in self._held]
        if refused:
            raise SinkError("sink", written.reason or next(iter(refused.values())), BatchOutcome(done, refused))

    async def sync(self) -> None:
        """See `Sink.sync`: what is held counts as delivered."""
        if self._waits and self._held:
            held, self._held = self._held, []
            written = await self._send_held(held)
            if written.stopped is not None:
                raise SinkError(written.error_class, written.reason)

    async def _send_held(self, going: Sequence[HeldRow]) -> BatchWritten:
        """Send rows; of those that the server didn't take the sink keeps what it keeps."""
        if not going:
            return BatchWritten(BatchOutcome())
        self._going = going
        lines = [each.line for each in going if each.line is not None]
        written = await self._send(tuple([each.row for each in going]), lines)
        self._going = ()
        if written.stopped is not None and not self._lets_go:
            left = [going[at] for at in written.outcome.left(len(going))]
            kept = [self._kept(each) for each in left if self._keeps or each.place == _EARLIER]
            self._held = [*kept, *self._held]
        return written

    def _kept(self, held: HeldRow) -> HeldRow:
        """A row that stays; of a line that was given just now, the pipeline keeps the line."""
        return held if held.place == _EARLIER else HeldRow(held.row, None, _EARLIER)

    def _due(self, waiting: int, new: int) -> int:
        """How many rows are to be sent: all, or those of full batches."""
        if not self._waits:
            return waiting
        size, before = self._how.limits.lines, self._rows_taken
        self._rows_taken += new
        is_full = self._rows_taken // size > before // size
        return waiting - self._rows_taken % size if is_full else 0

    def _holding(self) -> Iterable[tuple[str, Sequence[bytes]]]:
        earlier = [each.line for each in (*self._held, *self._going) if each.place == _EARLIER]
        yield self.name, [line for line in earlier if line is not None]
