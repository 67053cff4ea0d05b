"""A server of a few lines that says what is right: it keeps rows, refuses some, and fails when it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from line_fates import POISON

from engine.databases.batch_writing import Conversation
from engine.databases.batch_written import BatchWritten
from engine.databases.request import (
    AskForKeys,
    ByItem,
    ItemStatus,
    KeysFound,
    NoAnswer,
    RowsWritten,
    ServerAnswer,
    ServerRefusal,
    ServerRequest,
    WriteRows,
)
from engine.rows.row_table import Column, Parsing, RowTable, TableRow

KEYED = RowTable("t", Parsing(), (Column("k", "int64", "k", required=True), Column("v", "text", "v")), ("k",))
KEYLESS = RowTable("t", Parsing(), KEYED.columns)
Fault = Literal["before", "half", "lost", "late", "full", "odd", "read_only"]
# By family: a key that is there, a row that isn't taken, no room now, read only, a code that nobody has listed.
CODES = {
    "mysql": ("1062", "1406", "1114", "1290", "9999"),
    "postgres": ("23505", "22001", "53100", "25006", "P0001"),
    "sqlite": (
        "SQLITE_CONSTRAINT_UNIQUE",
        "SQLITE_CONSTRAINT_CHECK",
        "SQLITE_FULL",
        "SQLITE_READONLY",
        "SQLITE_ODD",
    ),
    "clickhouse": ("", "Code: 27", "Code: 75", "Code: 164", "Code: 9999"),
    "victorialogs": ("", "400", "429", "403", "499"),
}


@dataclass
class SmallServer:
    """A table, and what goes wrong with requests, the first one first; after that nothing does.

    Attributes:
        family: whose codes it answers with; `bulk` answers row by row.
        whole: takes a request whole or not at all.
        keyed: has no two rows of one key.
        faults: for each request, or None.
    """

    family: str
    whole: bool
    keyed: bool
    faults: list[Fault | None]
    rows: list[TableRow] = field(default_factory=list)
    late: list[WriteRows] = field(default_factory=list)
    requests: int = 0
    doubtful: int = 0  # rows that it may have had when it gave no answer, or an error after a part

    def converse(self, conversation: Conversation) -> BatchWritten:
        request = next(conversation)
        while True:
            try:
                request = conversation.send(self.ask(request))
            except StopIteration as done:
                return done.value

    def ask(self, request: ServerRequest) -> ServerAnswer:
        self.requests += 1
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(request, AskForKeys):
            return self._asked(request, fault)
        self.rows, late, self.late = self.rows, self.late, []
        for each in late:
            self._write(each)
        return self._wrong(request, fault) if fault else self._write(request)

    def _asked(self, request: AskForKeys, fault: Fault | None) -> ServerAnswer:
        if fault in ("before", "half", "lost", "late"):
            return NoAnswer("no answer")
        there = {request.table.key_of(row): row for row in self.rows}
        return KeysFound({key: there[key] for key in request.keys if key in there})

    def _wrong(self, request: WriteRows, fault: Fault) -> ServerAnswer:
        codes = CODES.get(self.family, ("", "400", "429", "403", "499"))
        match fault:
            case "before":
                return NoAnswer("not connected", sent=False)
            case "half":
                return NoAnswer("cut")
            case "lost":
                self.doubtful += len(request.rows)
                self._write(request)
                return NoAnswer("no answer")
            case "late":
                self.doubtful += len(request.rows)
                self.late.append(request)
                return NoAnswer("no answer")
            case "full":
                self._part_of(request)
                return ServerRefusal(codes[2], "no room")
            case "read_only":
                return ServerRefusal(codes[3], "read only")
            case "odd":
                self._part_of(request)
                return ServerRefusal(codes[4], "who knows")

    def _part_of(self, request: WriteRows) -> None:
        if not self.whole:
            self.doubtful += len(request.rows)
            for row in request.rows[: len(request.rows) // 2]:
                self._take(request, row)

    def _write(self, request: WriteRows) -> ServerAnswer:
        before, affected = list(self.rows), 0
        if self.family == "bulk":
            return ByItem(tuple(ItemStatus(self._take(request, row) or 201) for row in request.rows))
        keys = [row[0] for row in request.rows]
        if self.family == "postgres" and request.mode == "upsert" and len(set(keys)) < len(keys):
            return ServerRefusal("21000", "cannot affect a row a second time")
        for row in request.rows:
            wrong = self._take(request, row)
            if wrong == 200:
                continue
            if wrong:
                if self.whole:
                    self.rows = before
                else:
                    self.doubtful += len(request.rows)
                return ServerRefusal(CODES[self.family][wrong != 409], "refused")
            affected += 1
        if self.family == "victorialogs":
            return ByItem((ItemStatus(201),) * len(request.rows))
        return RowsWritten(affected)

    def _take(self, request: WriteRows, row: TableRow) -> int:
        """Take one row: 0, or the status of why it isn't taken; 200 is one that is left as it is."""
        if row[1] == POISON:
            return 400
        there = [place for place, each in enumerate(self.rows) if each[0] == row[0]] if self.keyed else []
        if there and request.mode in ("insert", "create"):
            return 409
        if there and request.mode == "insert_ignore":
            return 200
        if there:
            self.rows[there[0]] = row
        else:
            self.rows.append(row)
        return 0
