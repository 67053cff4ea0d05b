"""What can happen has one list: what the engine emits, what a scenario may name, and what the pages say of it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from engine.storage.faults import ERRORS
from wptest.shapes.events import CAUSED_BY, EVENTS

ROOT = Path(__file__).parents[2]
_PLAIN = {event for event in EVENTS if not event.startswith("storage.")}
_NAME = re.compile(r"`([a-z]+\.\w+)`")
# A message is no event of its own: `upon: {log: ...}` and `log` are about these.
_LOGGED = {"log"}


def emitted(*packages: str) -> set[str]:
    """The kinds of all events that packages emit by name."""
    calls = (
        node
        for package in packages
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("emit", "_emit", "record")
    )
    return {
        constant.value
        for call in calls
        for argument in call.args
        for constant in ast.walk(argument)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str) and _is_kind(constant.value)
    }


def _is_kind(text: str) -> bool:
    return text in _LOGGED or re.fullmatch(r"[a-z_]+\.[a-z_]+", text) is not None


@pytest.mark.slow
def test_whatever_the_engine_emits_can_be_named_and_whatever_can_be_named_is_emitted():
    assert emitted("engine") - _LOGGED <= _PLAIN
    assert emitted("engine", "wptest") >= _PLAIN  # pauses and power are a scenario's own


def test_each_error_of_storage_is_an_event():
    assert set(EVENTS) - _PLAIN == {f"storage.{error}" for error in ERRORS}


@pytest.mark.parametrize(("page", "head"), [("language.md", "## Events"), ("language.zh.md", "## \u4e8b\u4ef6")])
def test_the_table_of_events_has_each_of_them_once(page, head):
    section = (ROOT / "docs" / page).read_text().split(f"{head}\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    told = [name for row in rows for name in _NAME.findall(row)]
    assert sorted(name for name in told if not name.startswith("storage.")) == sorted(_PLAIN)
    assert "storage.EIO" in told


def test_who_causes_an_event_is_said_of_events_that_there_are():
    known = {*EVENTS, *(event.partition(".")[0] for event in EVENTS)}
    assert set(CAUSED_BY) <= known
