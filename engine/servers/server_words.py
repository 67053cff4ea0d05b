"""The words for servers that scenarios are written in, by themselves: to read one, no engine has to be there."""

from __future__ import annotations

from typing import Literal, get_args

from engine.rows.row_table import ColumnKind
from engine.text.mistake import Mistake, one_of, suggest

# Each `engine@version`; of two versions of one engine the newest comes last.
ENGINE_NAMES = (
    "sqlite@3.40", "innodb@mariadb-10.11", "postgres@15", "myisam@mariadb-10.11", "aria@mariadb-10.11",
    "merge_tree@18.16", "merge_tree@26.9", "replacing_merge_tree@26.9", "bulk_index@opensearch-2.19",
    "log_store@victorialogs-1.52",
)  # fmt: skip
NEWEST_NAMES = {name.partition("@")[0]: name for name in ENGINE_NAMES}
EMBEDDED = frozenset({"sqlite"})  # no servers beside their clients

# What may be wrong with a server or a table for a while; each engine has its own code for those that it knows.
ServerTrouble = Literal[
    "read_only", "too_many_connections", "locked", "denied", "missing", "write_blocked", "flood_stage", "closed",
    "too_many_parts",
]  # fmt: skip
SERVER_TROUBLES: tuple[ServerTrouble, ...] = get_args(ServerTrouble)

NarrowKind = Literal["int8", "int16", "int32", "uint8", "uint16", "uint32", "datetime"]
StoredKind = ColumnKind | NarrowKind
STORED_KINDS: tuple[str, ...] = (*get_args(ColumnKind), *get_args(NarrowKind))
# `no_case` takes letters of both cases, accents and blanks at the end for one.
Collation = Literal["binary", "no_case"]
Charset = Literal["utf8mb4", "utf8mb3"]  # `utf8mb3` has no characters of four bytes


def whole_engine_name(name: str) -> str:
    """The name of an engine with its version, the newest where none is said.

    Raises:
        Mistake: there is none.
    """
    whole = name if name in ENGINE_NAMES else NEWEST_NAMES.get(name)
    if whole is None:
        short = name.partition("@")[0]
        versions = [each for each in ENGINE_NAMES if each.startswith(f"{short}@")]
        known = versions or [*NEWEST_NAMES, *ENGINE_NAMES]
        help_ = f"known versions: {', '.join(versions)}" if versions else suggest(name, known)
        raise Mistake(f"unknown engine '{name}'", one_of(versions or NEWEST_NAMES), help_=help_, known=tuple(known))
    return whole


def is_embedded(engine: str) -> bool:
    """Whether an engine is no server beside its client, so that it can't be killed or paused by itself."""
    return engine.partition("@")[0] in EMBEDDED
