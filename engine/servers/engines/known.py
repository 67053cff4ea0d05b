"""The table engines by name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.servers.engines.bulk_index import BULK_INDEX
from engine.servers.engines.log_store import LOG_STORE
from engine.servers.engines.merge_tree import MERGE_TREE, MERGE_TREE_18, REPLACING_MERGE_TREE
from engine.servers.engines.mysql import ARIA, INNODB, MYISAM
from engine.servers.engines.postgres import POSTGRES_ENGINE
from engine.servers.engines.sqlite import SQLITE_ENGINE
from engine.servers.table_engine import EngineKind
from engine.text.mistake import Mistake, one_of, suggest

# Of two versions of one engine the newest comes last.
ENGINES: Mapping[str, EngineKind] = {
    kind.name: kind
    for kind in (
        SQLITE_ENGINE, INNODB, POSTGRES_ENGINE, MYISAM, ARIA,
        MERGE_TREE_18, MERGE_TREE, REPLACING_MERGE_TREE, BULK_INDEX, LOG_STORE,
    )
}  # fmt: skip
NEWEST: Mapping[str, EngineKind] = {kind.name.partition("@")[0]: kind for kind in ENGINES.values()}


def engine_kind(name: str) -> EngineKind:
    """The engine of this name; without a version, the newest one.

    Raises:
        Mistake: there is none.
    """
    kind = ENGINES.get(name) or NEWEST.get(name)
    if kind is None:
        short = name.partition("@")[0]
        versions = [each for each in ENGINES if each.startswith(f"{short}@")]
        known = versions or [*NEWEST, *ENGINES]
        help_ = f"known versions: {', '.join(versions)}" if versions else suggest(name, known)
        raise Mistake(f"unknown engine '{name}'", one_of(versions or NEWEST), help_=help_, known=tuple(known))
    return kind


def check_flush(kind: EngineKind, word: str) -> None:
    """Look whether an engine knows this word of when rows are durable; an empty one is its default.

    Raises:
        Mistake: it doesn't.
    """
    if word and word not in kind.flushes:
        help_ = suggest(word, kind.flushes)
        raise Mistake(f"{kind.name} has no flush '{word}'", one_of(kind.flushes), help_=help_)
