"""The database servers of a project, and what its sinks write to their tables."""

from __future__ import annotations

from dataclasses import dataclass

from engine.rows.row_table import FROM_PLACE, RowTable, WriteMode
from engine.units import SECOND

TABLES = "servers"  # below it a table's target is `<server>/<table>`, which is a name and no file


@dataclass(frozen=True, slots=True)
class ColumnThere:
    """A column that a server has otherwise than its sink takes it for; what is left empty is as the sink has it."""

    table: str
    name: str
    kind: str = ""
    length: int = 0
    collation: str = ""
    charset: str = ""


@dataclass(frozen=True, slots=True)
class ServerConf:
    """A database server.

    Attributes:
        name: what sinks and steps call it.
        engine: how its tables keep rows, with the version that this was seen in, such as `innodb@mariadb-10.11`.
        settings: what it is set up with, by the names of `engine.servers.server_settings`; the others are as usual.
        columns: what others have made of its tables.
        learns_mapping: the first document decides what the fields of an index may hold.
    """

    name: str
    engine: str
    settings: tuple[tuple[str, str | int], ...] = ()
    columns: tuple[ColumnThere, ...] = ()
    learns_mapping: bool = False


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """What a batch may have at most.

    Attributes:
        lines: how many lines.
        bytes: how large they may be as they are sent; 0 for any size.
        wait: nanoseconds; a batch that isn't full goes when its first line has waited so long.
    """

    lines: int = 100
    bytes: int = 1 << 20
    wait: int = SECOND

    def __post_init__(self) -> None:
        assert self.lines >= 1, "a batch without lines is none"
        assert self.bytes >= 0, "nothing is smaller than nothing"
        assert self.wait >= 0, "nobody waits until yesterday"


@dataclass(frozen=True, slots=True)
class DatabaseConf:
    """What a sink writes to which table of which server."""

    server: ServerConf
    table: RowTable
    mode: WriteMode = "insert"
    batch: BatchLimits = BatchLimits()

    @property
    def target(self) -> str:
        """What the table is called among the targets of a project."""
        return f"{TABLES}/{self.server.name}/{self.table.name}"

    @property
    def files(self) -> tuple[str, str]:
        """Where a simulated server keeps it, and what it leaves beside that while it writes."""
        return f"{self.target}.rows", f"{self.target}.rows.open"

    @property
    def wants_places(self) -> bool:
        """Whether its rows say where their lines were first read."""
        return any(column.source == FROM_PLACE for column in self.table.columns)
