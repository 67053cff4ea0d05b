"""Dialects: found by what a binary says of itself, and spoken both ways."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wptest.subject.dialect import DIALECTS, SEED, WP_MOTOR, WPTEST, decoded, dialect_of, encoded

SEED_HELP = "Usage: wprescue <COMMAND>\n\nCommands:\n  daemon  run until a signal\n  work    run until done\n"
CHARS = {"meta": "chars", "name": "msg", "value": {"Chars": "as it came"}}
MOTOR_HELP = "Usage: wprescue <COMMAND>\n\nCommands:\n  batch  replay and exit\n  help   print this\n"


@pytest.mark.parametrize(
    ("version", "help_text", "dialect"),
    [
        ("wprescue of wptest 0.4", "", WPTEST),
        ("wprescue 0.9", SEED_HELP, SEED),
        ("wprescue 0.24.12", MOTOR_HELP, WP_MOTOR),
        ("wprescue 0.9", "usage:\n  wprescue daemon [OPTIONS]\n  wprescue work [OPTIONS]\n", SEED),
        ("wparse 1.17.4", MOTOR_HELP.replace("Commands:", "Commands:\n  daemon  work in the background"), WP_MOTOR),
        ("wprescue 9", "Usage: wprescue <COMMAND>\n  batch\n  work\n", None),
        ("", "", None),
        ("", "this replays in batch or as a daemon", None),
    ],
)
def test_it_is_found_by_what_the_binary_says(version, help_text, dialect):
    assert dialect_of(version, help_text) is dialect


def test_commands_are_said_as_the_dialect_has_them():
    assert WPTEST.words("wprescue work --stat 5") == ["wprescue", "work", "--stat", "5"]
    assert WP_MOTOR.words("wprescue work --stat 5") == ["wprescue", "batch", "--stat", "5"]
    assert SEED.words("wprescue batch") == ["wprescue", "work"]
    assert WP_MOTOR.words("wproj validate sink-file -v") == ["wproj", "data", "validate"]
    assert SEED.words("wparse batch") == ["wparse", "batch"]


def test_what_a_dialect_does_not_have_has_a_reason():
    assert WPTEST.why_missing("wprescue daemon") is None
    assert "unlock" in (SEED.why_missing("wproj rescue unlock") or "")


def test_what_is_not_quite_what_a_scenario_says_has_a_reason():
    assert WP_MOTOR.words("wprescue daemon --stat 1") == ["wprescue", "batch", "--stat", "1"]
    assert "ends by itself" in (WP_MOTOR.why_not_quite("wprescue daemon --stat 1") or "")
    assert WP_MOTOR.is_by_hand("wproj rescue unlock")
    assert "wptest's own" in (WP_MOTOR.why_not_quite("wproj rescue unlock") or "")
    assert WPTEST.why_not_quite("wproj rescue unlock") is None
    assert not WP_MOTOR.is_by_hand("wproj rescue stat")


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1)))
def test_rescued_lines_come_back_as_they_were(texts):
    lines = "".join(f"{text}\n" for text in texts).encode()
    for dialect in DIALECTS:
        assert decoded(dialect, encoded(dialect, lines)) == lines


def test_json_lines_are_entries_of_kind_raw():
    assert encoded(WP_MOTOR, b"one\n") == b'{"version":1,"kind":"raw","raw":"one"}\n'


def test_what_no_entry_can_hold_stays_as_it_is_poison_there_too():
    poison = b"\xff\xfe\n\n   \n"
    assert encoded(WP_MOTOR, b"one\n" + poison).endswith(b"\n" + poison)
    assert decoded(WP_MOTOR, poison) == poison


@pytest.mark.parametrize(
    ("items", "line"),
    [
        ([CHARS], b"as it came"),
        (
            [{"meta": "digit", "name": "wp_event_id", "value": {"Digit": 7}}, CHARS],
            b"7 as it came",
        ),
    ],
)
def test_an_entry_of_kind_record_is_the_line_that_a_raw_sink_makes_of_it(items, line):
    entry = {"version": 1, "kind": "record", "record": {"id": 0, "items": items}}
    assert decoded(WP_MOTOR, f"{json.dumps(entry)}\n".encode()) == line + b"\n"


@pytest.mark.parametrize(
    "entry",
    [
        b'{"kind":"record","record":{"id":7,"items":[{"value":{"Hex":"00"}}]}}',
        b'{"kind":"record","record":{"id":7}}',
        b'{"kind":"raw","raw":5}',
        b"not json",
    ],
)
def test_what_is_no_entry_that_is_known_stays_as_it_is(entry):
    assert decoded(WP_MOTOR, entry) == entry
