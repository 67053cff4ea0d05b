"""A sink whose target is a table: each line becomes a row, and rows go to a server in requests.

What an answer means, and what is sent again in smaller requests, is the matter of `engine.databases`. A replay that
goes on after a kill sends again what came behind its checkpoint: a table with a key has no row twice, and one
without may have, as nothing tells its rows apart.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from engine.databases.batch_writing import written_batch
from engine.databases.batch_written import BatchWritten
from engine.databases.conversation import lead
from engine.databases.how_to_write import how_to_write
from engine.databases.request import AskForKeys, ByItem, KeysFound, NoAnswer, RowsWritten, ServerRefusal
from engine.machine import Program
from engine.machine.batch_outcome import BatchOutcome
from engine.machine.machine import Unanswered
from engine.machine.records import FieldlessLine, PlacedLine, first_place
from engine.machine.target import Target
from engine.project.database_conf import BatchLimits
from engine.project.model import SinkConf
from engine.rows.refused_row import RefusedRow
from engine.rows.row_mapping import row_mapping_of
from engine.rows.row_table import TableRow
from engine.servers.on_machine import servers_on
from engine.sinks.answered import note_overtaken
from engine.sinks.sink import SinkError

RECOVERY = "wprescue"  # the program that sends again what is in rescue files


class DatabaseSink:
    """Writes rows to a table; implements `Sink`."""

    def __init__(self, program: Program, conf: SinkConf) -> None:
        database = conf.database
        assert database is not None, "a sink of this kind has a table"
        self.name = conf.id
        self._program = program
        self._behaviour = program.behaviour
        self._path = conf.target
        self._table = database.table
        self._batches = 0
        self._mapping = row_mapping_of(database.table)
        engine, limits = database.server.engine, _limits(program, database.batch)
        self._how = how_to_write(engine, database.table, database.mode, limits, program.behaviour)
        self._connection = servers_on(program.machine).by_name[database.server.name].connect(program.process)

    async def write(self, lines: Sequence[bytes]) -> None:
        """See `Sink.write`."""
        start, reason = 0, ""
        delivered, refused = list[int](), dict[int, str]()
        for part in self._program.machine.deliveries.split(self.name, lines):
            places, rows = self._rows(part, start, delivered, refused)
            written = await self._send(rows, [part[at - start] for at in places])
            outcome = written.outcome
            delivered += [places[at] for at in outcome.delivered]
            refused |= {places[at]: why for at, why in outcome.refused.items()}
            if written.stopped is not None:
                unknown = [places[at] for at in outcome.unknown]
                raise SinkError(written.error_class, written.reason, BatchOutcome(delivered, refused, unknown))
            start += len(part)
            reason = reason or written.reason
        if refused:
            raise SinkError("sink", reason or next(iter(refused.values())), BatchOutcome(delivered, refused))

    async def _send(self, rows: tuple[TableRow, ...], lines: Sequence[bytes]) -> BatchWritten:
        """Write the rows of these lines to the table, as far as it takes them."""
        sent, unanswered = Unanswered(self.name, lines), self._program.machine.unanswered
        unanswered.append(sent)  # whoever dies now has sent them, and nobody hears the answer
        written = await lead(written_batch(self._how, rows, self._next_batch()), self._connection)
        unanswered.remove(sent)
        self._count(len(written.outcome.delivered))
        self._tell_doubt(len(written.maybe_twice))
        note_overtaken(self._program, self.name, [lines[at] for at in written.overtaken])
        return written

    def _next_batch(self) -> str:
        """What no other batch to the table is called, of whatever process."""
        self._batches += 1
        return f"{self.name} {self._program.process.number} {self._batches}"

    def _rows(
        self, lines: Sequence[bytes], start: int, dropped: list[int], refused: dict[int, str]
    ) -> tuple[Sequence[int], tuple[TableRow, ...]]:
        """The places, from `start` on, of lines that have rows, and these; others are refused, or done with."""
        if self._behaviour.bare_lines == "as_rows" and (known := self._mapping.known_rows(lines)) is not None:
            return range(start, start + len(lines)), known
        rows, gone = dict[int, TableRow](), dict[str, list[bytes]]()
        for place, line in enumerate(lines, start):
            if self._behaviour.bare_lines != "as_rows" and _is_bare(self._program, line):
                if self._behaviour.bare_lines == "as_nulls":
                    rows[place] = (None,) * len(self._table.columns)
                else:
                    dropped.append(place)
                continue
            row = self._mapping.known_row(line, first_place(line))
            if isinstance(row, RefusedRow) and self._table.refuse == "drop":
                gone.setdefault(str(row), []).append(line)
                dropped.append(place)
            elif isinstance(row, RefusedRow):
                refused[place] = str(row)
            else:
                rows[place] = row
        self._give_up(gone)
        return list(rows), tuple(rows.values())

    def _give_up(self, gone: Mapping[str, Sequence[bytes]]) -> None:
        """Drop lines that are no rows, by the reasons: nobody has them any more, and so they are told."""
        for reason, lines in gone.items():
            self._program.drop(self.name, lines, reason)
            self._program.log.warn("data", f"{self.name} drops lines that are no rows ({len(lines)}): {reason}")

    async def reconnect(self) -> None:
        """See `Sink.reconnect`: a question that any server has an answer to."""
        if self._how.rules.family == "bulk" and self._behaviour.bulk_reconnect == "assumes":
            return
        match await self._connection.ask(AskForKeys(self._table, ())):
            case NoAnswer(why):
                raise SinkError("sink", why)
            case ServerRefusal(code, text):
                raise SinkError("sink", f"{code} {text}".strip())
            case KeysFound() | RowsWritten() | ByItem():
                return

    async def sync(self) -> None:
        """See `Sink.sync`: what a server has said to be written is as durable as its settings make it."""

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Target | None]:
        """See `Sink.turn`: others write to the table whenever they like, and rows have no places."""
        yield None

    def _tell_doubt(self, lines: int) -> None:
        if lines:
            self._program.log.warn("data", f"{lines} lines may be in {self._path} twice: some were refused")

    def _count(self, lines: int) -> None:
        if lines:
            total = self._program.machine.deliveries.add(self.name, lines)
            self._program.emit("sink.delivered", sink=self.name, path=self._path, lines=lines, total=total)


def _limits(program: Program, limits: BatchLimits) -> BatchLimits:
    """What a batch may have: a recovery's batches as those before it, or others."""
    if program.behaviour.rows_sent_again == "cut_anew" and program.name == RECOVERY:
        return replace(limits, lines=max(1, limits.lines * 2 // 3))
    return limits


def _is_bare(program: Program, line: bytes) -> bool:
    """Whether a line comes out of a rescue file without what was known of it."""
    is_replayed = program.name == RECOVERY and program.behaviour.rescue_lines == "as_they_are"
    return isinstance(line, FieldlessLine) or (is_replayed and not isinstance(line, PlacedLine))
