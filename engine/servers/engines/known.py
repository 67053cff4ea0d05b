"""The table engines by name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.servers.engines.bulk_index import BULK_INDEX
from engine.servers.engines.log_store import LOG_STORE
from engine.servers.engines.merge_tree import MERGE_TREE, MERGE_TREE_18, REPLACING_MERGE_TREE
from engine.servers.engines.mysql import ARIA, INNODB, MYISAM
from engine.servers.engines.postgres import POSTGRES_ENGINE
from engine.servers.engines.sqlite import SQLITE_ENGINE
from engine.servers.server_words import ENGINE_NAMES, is_embedded, whole_engine_name
from engine.servers.table_engine import EngineKind
from engine.text.mistake import Mistake, one_of, suggest

ENGINES: Mapping[str, EngineKind] = {
    kind.name: kind
    for kind in (
        SQLITE_ENGINE, INNODB, POSTGRES_ENGINE, MYISAM, ARIA,
        MERGE_TREE_18, MERGE_TREE, REPLACING_MERGE_TREE, BULK_INDEX, LOG_STORE,
    )
}  # fmt: skip
assert tuple(ENGINES) == ENGINE_NAMES, "scenarios can name each of them, and no other"
assert all(kind.is_embedded == is_embedded(name) for name, kind in ENGINES.items()), "known before they are"


def engine_kind(name: str) -> EngineKind:
    """The engine of this name; without a version, the newest one.

    Raises:
        Mistake: there is none.
    """
    return ENGINES[whole_engine_name(name)]


def check_flush(kind: EngineKind, word: str) -> None:
    """Look whether an engine knows this word of when rows are durable; an empty one is its default.

    Raises:
        Mistake: it doesn't.
    """
    if word and word not in kind.flushes:
        help_ = suggest(word, kind.flushes)
        raise Mistake(f"{kind.name} has no flush '{word}'", one_of(kind.flushes), help_=help_)
