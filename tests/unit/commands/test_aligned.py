"""Tables of commands line up whatever the characters, and show none that would do something to a terminal."""

from __future__ import annotations

from pathlib import Path

from engine.text.display import width

SCENARIO = """\
scenario: s
title: "磁盘已满\\e]0;pwn\\a时也不丢行"
tags: ["备份\\e[31m"]
matrix: {how: ["慢慢", fast]}
project: {sinks: {a: {}}}
given: {source: {lines: 3}}
when: [{run: wparse batch}]
limit: ${{ 1 if matrix.how == 'fast' else 2 }}h
"""


def test_explain_and_expand_line_up(tmp_path: Path, call) -> None:
    (tmp_path / "s.wptest.yaml").write_text(SCENARIO, encoding="utf-8")

    explained, expanded = call("explain", "s.wptest.yaml").out, call("expand", "s.wptest.yaml").out

    rows = [line for line in explained.splitlines() if "  line " in line]
    assert len({width(row[: row.rindex("  line ")]) for row in rows}) == 1
    assert "\\x1b]0;pwn\\x07" in explained
    assert "[备份\\x1b[31m]" in expanded
    assert "\x1b" not in explained + expanded
