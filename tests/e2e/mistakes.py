"""Scenario files with one mistake each, by what is wrong with them."""

from __future__ import annotations

from pathlib import Path

from samples import PASSING


def _with(old: str, new: str) -> bytes:
    assert old in PASSING
    return PASSING.replace(old, new).encode()


# The file, where its mistake is said to be (line and column, if it has a place), and a word of the message.
MISTAKES: dict[str, tuple[bytes, str, str]] = {
    "unknown-key": (_with("given:", "givn:"), ":7:1", "givn"),
    "wrong-type": (_with("source: {lines: 10, rate: 100/s}", "source: [10]"), ":8:11", ""),
    "duplicate-key": (_with("title: Ten", "title: One\ntitle: Ten"), ":3:1", "title"),
    "unknown-sink": (_with("sinks: {a: {lines: 10}}", "sinks: {b: {lines: 10}}"), ":13:11", "'b'"),
    "negative-duration": (_with("wait: idle", "wait: -5s"), ":11:11", "negative"),
    "two-actions": (_with("  - wait: idle", "  - wait: idle\n    kill: wparse"), ":12:5", ""),
    "unknown-process": (_with("  - wait: idle", "  - kill: wprescue"), ":11:11", "wprescue"),
    "step-after-the-end": (
        _with("  - wait: idle", "  - signal: {wparse: TERM}\n  - wait: {exit: wparse}\n  - kill: wparse"),
        ":13:11",
        "wparse",
    ),
    "no-project": (
        _with("project:\n  sinks:\n    a: {type: file, file: a.dat}", "project: nowhere"),
        ":4:10",
        "nowhere",
    ),
    "broken-project": (_with("project:\n  sinks:\n    a: {type: file, file: a.dat}", "project: broken"), "", ""),
    "id-twice": (PASSING.encode() + b"---\n" + PASSING.encode(), "", "passing"),
    "no-yaml": (_with("tags: [quick, delivery]", "tags: [quick, delivery"), "", ""),
    "empty": (b"", "", "empty"),
    "binary": (bytes(range(256)) * 20, "", "UTF-8"),
}


def write_mistakes(directory: Path) -> Path:
    """Write a file for each mistake, and the project with a TOML file that is none."""
    for name, (data, _, _) in MISTAKES.items():
        (directory / f"{name}.wptest.yaml").write_bytes(data)
    conf = directory / "broken" / "conf"
    conf.mkdir(parents=True)
    (conf / "wparse.toml").write_text("version = \n[[[", encoding="utf-8")
    return directory
