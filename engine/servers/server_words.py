"""The words for servers that scenarios are written in, by themselves: to read one, no engine has to be there."""

from __future__ import annotations

import re
from typing import Literal, get_args

from engine.rows.server_column import STORED_KINDS, StoredKind
from engine.text.mistake import Mistake, one_of, suggest

# Each `engine@version`; of two versions of one engine the newest comes last.
ENGINE_NAMES = (
    "sqlite@3.40", "innodb@mariadb-10.11", "postgres@15", "myisam@mariadb-10.11", "aria@mariadb-10.11",
    "merge_tree@18.16", "merge_tree@26.9", "replacing_merge_tree@26.9", "bulk_index@opensearch-2.19",
    "log_store@victorialogs-1.52",
)  # fmt: skip


def without_version(engine: str) -> str:
    """An engine's name without the version that may stand behind it."""
    return engine.partition("@")[0]


# The engines of a product, which people name where an engine should stand; the usual one comes first.
ENGINES_OF: dict[str, tuple[str, ...]] = {
    "MariaDB": ("innodb", "myisam", "aria"),
    "MySQL": ("innodb", "myisam"),
    "PostgreSQL": ("postgres",),
    "SQLite": ("sqlite",),
    "ClickHouse": ("merge_tree", "replacing_merge_tree"),
    "OpenSearch": ("bulk_index",),
    "Elasticsearch": ("bulk_index",),
    "VictoriaLogs": ("log_store",),
}
_SHORT = {"maria": "MariaDB", "pg": "PostgreSQL", "psql": "PostgreSQL", "elastic": "Elasticsearch"}
_OF_PRODUCTS = {name.casefold(): name for name in ENGINES_OF} | _SHORT
NEWEST_NAMES = {without_version(name): name for name in ENGINE_NAMES}
_OF_DOCUMENTS = ("bulk_index", "log_store")
_NOT_IN_POSTGRES = ("int8", "uint8", "uint16", "uint32")
EMBEDDED = frozenset({"sqlite"})  # no servers beside their clients

# What may be wrong with a server or a table for a while; each engine has its own code for those that it knows.
ServerTrouble = Literal[
    "read_only", "too_many_connections", "locked", "denied", "missing", "write_blocked", "flood_stage", "closed",
    "too_many_parts",
]  # fmt: skip
SERVER_TROUBLES: tuple[ServerTrouble, ...] = get_args(ServerTrouble)


def product_meant(word: str) -> str | None:
    """The product that a word is the name of, whatever version stands in it; None where it is none."""
    letters = re.split(r"[^a-z]", word.casefold())[0]
    return _OF_PRODUCTS.get(letters)


def _of_product(word: str) -> str | None:
    """Which engine somebody means who says which server it is."""
    product = product_meant(word)
    if product is None:
        return None
    usual, *others = ENGINES_OF[product]
    said = f"write {usual}, the {'usual ' if others else ''}engine of {product}"
    return f"{said}, which has {' and '.join(others)} as well" if others else said


def whole_engine_name(name: str) -> str:
    """The name of an engine with its version, the newest where none is said.

    Raises:
        Mistake: there is none.
    """
    whole = name if name in ENGINE_NAMES else NEWEST_NAMES.get(name)
    if whole is None:
        short = without_version(name)
        versions = [each for each in ENGINE_NAMES if each.startswith(f"{short}@")]
        known = versions or [*NEWEST_NAMES, *ENGINE_NAMES]
        help_ = f"known versions: {', '.join(versions)}" if versions else _of_product(name) or suggest(name, known)
        raise Mistake(f"unknown engine '{name}'", one_of(versions or NEWEST_NAMES), help_=help_, known=tuple(known))
    return whole


def is_embedded(engine: str) -> bool:
    """Whether an engine is no server beside its client, so that it can't be killed or paused by itself."""
    return without_version(engine) in EMBEDDED


def kinds_of(engine: str) -> tuple[StoredKind, ...]:
    """The kinds of columns that a table of an engine can have; none where there are documents and no columns.

    PostgreSQL has no small numbers without a sign.
    """
    name = without_version(engine)
    if name in _OF_DOCUMENTS:
        return ()
    return tuple(kind for kind in STORED_KINDS if not (name == "postgres" and kind in _NOT_IN_POSTGRES))


def has_collations(engine: str) -> bool:
    """Whether a column of an engine can compare texts otherwise, or have other characters."""
    return without_version(engine) in ENGINES_OF["MariaDB"]
