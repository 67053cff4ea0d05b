"""What has to be known of a server to write to it: whose codes it has, and whether it takes a batch whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from engine.databases.known_codes import CodeFamily
from engine.rows.row_table import WriteMode

_SQL: frozenset[WriteMode] = frozenset({"insert", "insert_ignore", "upsert"})
_BULK: frozenset[WriteMode] = frozenset({"create", "index"})


@dataclass(frozen=True, slots=True)
class ServerRules:
    """A kind of server.

    Attributes:
        family: whose codes its answers have.
        modes: what it can be asked to do with rows.
        takes_whole: an error means that nothing of the request is there.
        repeats: what becomes of a row whose key is there: it is refused, or the answer says so; it is taken, too;
            or it is taken, and replaces the other for who asks so.
    """

    family: CodeFamily
    modes: frozenset[WriteMode]
    takes_whole: bool = True
    repeats: Literal["refused", "taken", "replace"] = "refused"

    @property
    def has_keys(self) -> bool:
        """Whether it lets no two rows have one key, or shows the newer one alone."""
        return self.repeats != "taken"


# By the engine that keeps the rows, without its version. A batch that ClickHouse is sent is one block, and so is
# taken whole; a bulk request is refused whole or answered row by row.
SERVER_RULES: Mapping[str, ServerRules] = {
    "sqlite": ServerRules("sqlite", _SQL),
    "postgres": ServerRules("postgres", _SQL),
    "innodb": ServerRules("mysql", _SQL),
    "myisam": ServerRules("mysql", _SQL, takes_whole=False),
    "aria": ServerRules("mysql", _SQL, takes_whole=False),
    "merge_tree": ServerRules("clickhouse", frozenset({"insert"}), repeats="taken"),
    "replacing_merge_tree": ServerRules("clickhouse", frozenset({"insert", "upsert"}), repeats="replace"),
    "bulk_index": ServerRules("bulk", _BULK),
    "log_store": ServerRules("victorialogs", _BULK, takes_whole=False, repeats="taken"),
}


def rules_for(engine: str) -> ServerRules:
    """The rules of an engine such as `innodb@mariadb-10.11`.

    Raises:
        KeyError: there is no such engine.
    """
    return SERVER_RULES[engine.partition("@")[0]]
