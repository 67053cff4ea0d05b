"""Look-alikes: where one is to blame it is named, and mending that is enough; where none is, none is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.text.characters import MEANT
from engine.text.diagnostic import Diagnostic
from engine.text.source_text import SourceText
from wptest.scenario.load import load_text
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario

pytestmark = pytest.mark.fuzz
FUZZ = settings.get_profile("fuzz")

GOOD = """\
defaults: {limit: 1h}
---
scenario: night
title: All comes back
tags: [one, two]
project:
  speed_limit: 100
  sinks:
    a: {type: test_rescue, phases: [up 2s, down 2s]}
    b: {type: file, file: 'b.dat'}
given:
  clock: 2025-10-04 01:59:20
  source: {lines: 100, rate: 100/s}
when:
  - start: wparse daemon
  - at: 2s
    clock: {step: -5s}
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - check: {sinks: {a: {lines: "> 0"}}, log: {wparse: ["*"]}}
  - run: wprescue work
then:
  sinks:
    a: {lines: 100}
  rescue: {dat: 0, lock: 0}
---
scenario: noon
project: {sinks: {a: {}}}
given: {source: {lines: 1}}
when: [{run: wparse batch}]
"""
# What no reader of YAML cares about, and where anything may stand.
INNOCENT = (
    GOOD.replace("All comes back", "“全部恢复”，第一——次：好（真）…")
    .replace("- start: wparse daemon", "- start: wparse daemon # 说明：启动，“守护进程”；— 好\u3000的")
    .replace('["*"]', '["*（错误）：“a”，b—*"]')
)
ALIKE = {
    plain: [look for look, meant in MEANT.items() if meant == plain]
    for plain in {*MEANT.values()}
    if plain.isprintable()
}
# Mistakes that have nothing to do with characters.
PLANTED = (
    ("tags: [one, two]", "tags: [one, two"),
    ("given:\n", "given:\n\tx: 1\n"),
    ("phases: [up 2s, down 2s]", "phases: [up 2s, don 2s]"),
    ("run: wprescue work", "run: wprescue wrk"),
    ("  - at: 2s\n", "  - at: 2s\n     x: 1\n"),
    ("file: 'b.dat'", "file: 'b.dat"),
    ("rescue: {dat: 0", "rescues: {date: 0"),
    ("scenario: noon", "scenario: Noon"),
    ("rate: 100/s", "rate: 100"),
    ("then:", "then"),
    ("wparse: TERM", "wparse: *TERM"),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("scenarios") / "s.wptest.yaml"


def mistakes(path: Path, text: str) -> list[Diagnostic]:
    try:
        load_text(SourceText(path, text))
    except InvalidScenario as error:
        return error.diagnostics
    return []


@st.composite
def spoilt(draw) -> tuple[str, dict[int, str]]:
    """The scenario with some of its characters replaced, and which."""
    places = [index for index, plain in enumerate(GOOD) if plain in ALIKE]
    chosen = draw(st.lists(st.sampled_from(places), min_size=1, max_size=4, unique=True))
    put = {index: draw(st.sampled_from(ALIKE[GOOD[index]])) for index in chosen}
    return "".join(put.get(index, plain) for index, plain in enumerate(GOOD)), put


@FUZZ
@given(spoilt())
def test_what_is_named_was_put_there_and_mending_it_is_enough(path, case):
    text, put = case
    offset_of = {}
    for index in put:
        offset_of[text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)] = index
    for _ in range(len(put) + 1):
        told = mistakes(path, text)
        if not told:
            return
        named = [each for each in told if each.code is Code.LOOKALIKE]
        assert named, [str(each) for each in told]
        for each in named:
            for index in range(offset_of[each.line, each.column], offset_of[each.line, each.column] + each.length):
                assert text[index] in (put[index], GOOD[index])
                # The same character elsewhere is named along.
                text = "".join(GOOD[at] if put.get(at) == put[index] else char for at, char in enumerate(text))
    raise AssertionError(text)


@st.composite
def with_innocents(draw) -> str:
    """The scenario with look-alikes where they harm nobody, and a mistake of another kind."""
    right, wrong = draw(st.sampled_from(PLANTED))
    text = INNOCENT.replace(right, wrong, 1)
    look = st.sampled_from("“”‘’：，、。（）【】—–\u00a0\u3000\u200b＊！")
    comment = draw(st.text(look | st.sampled_from("ab "), max_size=12))
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 2))
    # Behind an open quote or bracket a comment would be text.
    return "\n".join(
        [*lines[: at + 1], *([f"# {comment}"] if "b.dat" not in text[: text.find(wrong)] else []), *lines[at + 1 :]]
    )


def test_the_scenarios_are_right(path):
    assert mistakes(path, GOOD) == []
    assert mistakes(path, INNOCENT) == []
    for right, wrong in PLANTED:
        assert mistakes(path, GOOD.replace(right, wrong, 1)), wrong


@FUZZ
@given(with_innocents())
def test_what_harms_nobody_is_never_named(path, text):
    told = mistakes(path, text)

    assert told
    assert [each for each in told if each.code is Code.LOOKALIKE or "U+" in str(each)] == []
