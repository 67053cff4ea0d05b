"""What scenarios with databases have in common that tests write."""

from __future__ import annotations

SQL = ("innodb", "myisam", "aria", "postgres")
ROW = "{columns: {id: {type: uint64, from: $event_id, required: true}, line: {type: text(200), from: $line}}}"
LIVE = """
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
"""


def kind(engine: str) -> str:
    if engine.startswith("bulk"):
        return "elasticsearch"
    return "clickhouse" if "merge_tree" in engine else "sql"


def row_for(engine: str) -> str:
    """The row of a line, with a key that its engine has."""
    return ROW.replace("uint64", "text(20)").replace("text(200)", "text") if engine.startswith("bulk") else ROW
