"""Whatever a file holds, loading it ends with scenarios or with located mistakes, never with a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wptest.scenario.load import load_file
from wptest.text.scenario_source import InvalidScenario

GOOD = """\
defaults: {limit: 1h}
---
scenario: s
matrix: {n: [1, 2], w: [USR1]}
only_if: {expression: matrix.n > 0, reason: none}
steps: {stop: {with: {p: text, t: duration}, do: [{signal: {"${{ with.p }}": TERM}}, {wait: "${{ with.t * 2 }}"}]}}
project: {sinks: {a: {type: test_rescue, phases: [up 1s, down 1s]}, b: {}}}
given: {source: {lines: 5, rate: 1/s}, files: {x: {lines: 1}}}
when:
  - start: wparse daemon
  - upon: {sink: a, lines: "${{ matrix.n }}"}
    signal: {wparse: "${{ matrix.w }}"}
  - use: {stop: {p: wparse, t: 1s}}
  - wait: {exit: wparse}
  - check: {rescue: {dat: "> 0"}, log: {wparse: [x]}}
then: {sinks: {a: {lines: 5}}, must_happen: [rescue.created]}
"""
pytestmark = pytest.mark.fuzz
FUZZ = settings.get_profile("fuzz")
PIECES = [
    "\n",
    "  ",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "${{",
    "}}",
    "null",
    "5",
    "-1s",
    "&x ",
    "*x",
    "!!str ",
    "#",
    "|",
    "a",
]


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "s.wptest.yaml"


def check_loading(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    told = "loaded"
    try:
        load_file(path)
    except InvalidScenario as error:
        told = str(error)
    assert told


@FUZZ
@given(
    edits=st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 12), st.sampled_from(PIECES)), max_size=4)
)
def test_an_edited_scenario_loads_or_says_why(path, edits):
    text = GOOD
    for at, cut, piece in edits:
        text = text[:at] + piece + text[at + cut :]

    check_loading(path, text.encode())


# As people write them, and as nobody should.
WRITTEN = [
    "null", "5", "x", "1s", "''", "-1", "true", "wparse", "1.5", "'${{ matrix.n }}'", "idle", "stop", "70%", "(a",
    "$LIMIT", "a; b", "rescue.created", "'=> 5'", "at least 2", "10_000", "all", "２", "a：b",
]  # fmt: skip
INSIDE = ["a", "lines", "exit", "wparse", "run", "sink", "use", "do", "with", "kill", "no_loss", "-at", "path"]
VALUES = st.recursive(
    st.sampled_from(WRITTEN),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(st.sampled_from(INSIDE), inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=6,
)
KEYS = [
    *("scenario", "title", "tags", "matrix", "project", "given", "when", "then", "explore", "limit"),
    *("steps", "skip", "xfail", "only_if", "defaults"),
]


@FUZZ
@given(values=st.dictionaries(st.sampled_from(KEYS), VALUES))
def test_any_value_under_any_key_loads_or_says_why(path, values):
    lines = [line for line in GOOD.split("\n") if line.split(":")[0] not in values]

    check_loading(path, ("\n".join([f"{key}: {value}" for key, value in values.items()] + lines)).encode())


@FUZZ
@given(data=st.binary(max_size=60))
def test_any_bytes_load_or_say_why(path, data):
    check_loading(path, data)


def test_the_scenario_that_is_edited_is_a_good_one(path):
    path.write_text(GOOD, encoding="utf-8")

    assert load_file(path)
