"""What a database sink asks of its server, and what may come back: the same for all servers, simulated and real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from engine.rows.row_table import RowTable, TableRow, WriteMode

# Where a request can go wrong, in the order in which it meets them.
FaultPoint = Literal[
    "before_send", "half_sent", "received", "before_commit", "after_commit", "answer_lost", "answer_late"
]

FIRST_REFUSED = 400  # of HTTP statuses
# What can be wrong with how a request is written: texts of a statement have their single quotes doubled and nothing
# else done to them; the actions of a bulk request have a `_type`.
RequestFlaw = Literal["single_quotes_only", "typed_actions"]


@dataclass(frozen=True, slots=True)
class WriteRows:
    """Write rows, in order, in one request.

    Attributes:
        token: names the attempt where the server tells repeats by it.
        framed: the request says where it ends, so that no server takes a part of it for all; statements always do.
        flaws: what is wrong with how it is written.
    """

    table: RowTable
    rows: tuple[TableRow, ...]
    mode: WriteMode = "insert"
    token: str = ""
    framed: bool = True
    flaws: frozenset[RequestFlaw] = frozenset()


@dataclass(frozen=True, slots=True)
class AskForKeys:
    """Which of these keys does the table have?"""

    table: RowTable
    keys: tuple[TableRow, ...]


ServerRequest = WriteRows | AskForKeys


@dataclass(frozen=True, slots=True)
class RowsWritten:
    """The request was done; `affected` rows were changed by what the server says, which may be fewer than sent."""

    affected: int


@dataclass(frozen=True, slots=True)
class ItemStatus:
    """What a bulk request's answer says of one of its items: an HTTP status and the type of the error, if any."""

    status: int
    kind: str = ""

    @property
    def code(self) -> str:
        """Both as one code."""
        return f"{self.status} {self.kind}".strip()

    @property
    def is_refused(self) -> bool:
        """Whether it says that the row isn't taken."""
        return self.status >= FIRST_REFUSED


@dataclass(frozen=True, slots=True)
class ByItem:
    """The answer to a bulk request: one status for each row, in their order."""

    items: tuple[ItemStatus, ...]

    @property
    def refused(self) -> list[tuple[int, str]]:
        """The places of the rows that aren't taken, and their statuses."""
        return [(place, str(item.status)) for place, item in enumerate(self.items) if item.is_refused]


@dataclass(frozen=True, slots=True)
class ServerRefusal:
    """The server's error for the request as a whole.

    Attributes:
        code: its own code: `1062`, `23505`, `SQLITE_FULL`, `Code: 252`, an HTTP status such as `413`.
        text: what it says besides.
    """

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing came back; `sent` is false where it is certain that the server has nothing of the request."""

    why: str
    sent: bool = True


@dataclass(frozen=True, slots=True)
class KeysFound:
    """Those of the keys asked for that the table has, with the rows that have them."""

    rows: Mapping[TableRow, TableRow]


ServerAnswer = RowsWritten | ByItem | ServerRefusal | NoAnswer | KeysFound


class Connection(Protocol):
    """A way to a server: through the simulated network to a simulated one, or to a real one."""

    async def ask(self, request: ServerRequest) -> ServerAnswer:
        """Send a request, wait for its answer; whatever goes wrong is an answer, too."""
