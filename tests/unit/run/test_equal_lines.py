"""Made-up lines that are equal: what they say, where they go, and that the books count them by number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.programs.wpgen import sample_lines
from engine.project.model import Sample
from wptest.explore.made_equal import loaded_with, with_equal_lines
from wptest.explore.rewriting.plain_scenario import load_plain
from wptest.text.wording import every
from wptest.words.setting.given_file import GivenFile

BOTH = """
scenario: both
project: {speed_limit: 0, sinks: {a: {}}}
given:
  source: {lines: 9, equal: every 3rd}
  files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 6, equal: every 2nd}}
when:
  - run: wprescue work
  - run: wparse batch
then:
  sinks: {a: {lines: 15, content: {contains: ["2025-10-04T01:59:20Z INFO nginx GET /index.html 200"]}}}
"""
GENERATED = """
scenario: generated
project: {sinks: {a: {}}}
given: {source: {equal: all}}
when:
  - run: wpgen sample -n 5
  - run: wparse batch
then:
  sinks: {a: {lines: 5, content: {never: ["wp_event_id=*"]}}}
"""
MARKED = """
scenario: marked
project: {sinks: {a: {}}}
given:
  files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 3, equal: all, marked: old}}
when:
  - run: wprescue work
then:
  sinks: {a: {marked: [old, old, old]}}
"""
BY_RULE = """
scenario: by-rule
project:
  groups:
    web: {rule: /nginx*, sinks: {web_log: {}}}
    mail: {rule: /postfix*, sinks: {mail_log: {}}}
given: {source: {lines: 80, equal: every 2nd, rules: {/nginx: 3, /postfix: 1}}}
when:
  - run: wparse batch
then:
  sinks: {web_log: {lines: 60}, mail_log: {lines: 20}}
"""
PLAIN = """
scenario: plain
project: {sinks: {a: {type: test_rescue}}}
given:
  source: {lines: 30, rate: 10/s}
  files: {"data/rescue/a-2025-10-04_01:59:24.dat": {lines: 5}, data/other: {text: x}}
when:
  - run: wparse batch
"""


@pytest.mark.parametrize("text", [BOTH, GENERATED, MARKED, BY_RULE], ids=["both", "generated", "marked", "by-rule"])
def test_equal_lines_arrive_each_as_often_as_it_was_sent(play, text):
    result = play(text)

    assert [finding.message for finding in result.findings] == []


def test_each_third_line_is_its_sample_as_it_is():
    samples = (Sample("/a", "one"), Sample("/b", "two"))

    lines = sample_lines(samples, 6, equal=3)

    assert lines == [
        *(b"wp_event_id=1 one", b"wp_event_id=2 two", b"one"),
        *(b"wp_event_id=4 two", b"wp_event_id=5 one", b"two"),
    ]


@pytest.mark.parametrize("first", range(1, 9))
def test_which_lines_are_equal_is_the_same_in_pieces(first):
    samples = (Sample("/a", "one"), Sample("/b", "two"))
    whole = sample_lines(samples, 20, equal=3)

    assert sample_lines(samples, 21 - first, first, equal=3) == whole[first - 1 :]


def test_lost_equal_lines_are_counted(play):
    cut = BOTH.replace("  - run: wparse", '  - truncate: {"data/out_dat/a.dat": 0}\n  - run: wparse').partition(
        "then"
    )[0]

    first = play(cut).findings[0]

    assert first.message == "6 of 15 lines for data/out_dat/a.dat nowhere to be found"


@pytest.mark.parametrize(("nth", "files"), [(1, 1), (2, 1), (3, 0)])
def test_a_scenario_gets_equal_lines_wherever_there_are_enough(variant_of, nth, files):
    variant = variant_of(PLAIN)

    given = with_equal_lines(variant, nth)

    assert given["source"] == {"lines": 30, "rate": "10/s", "equal": every(nth)}
    assert sum("equal" in file for file in given.get("files", {}).values()) == files
    loaded = load_plain(variant, {**variant.value, "given": variant.value["given"] | given})
    quick = loaded_with(variant, given)
    assert (quick.scenario, quick.project) == (loaded.scenario, loaded.project)
    assert variant.project == replace(quick.project, source=replace(quick.project.source, equal=0))


def test_what_the_scenario_says_itself_stays(variant_of):
    variant = variant_of(BOTH)

    assert with_equal_lines(variant, 1) == {}


def test_equal_lines_of_a_file_are_those_of_its_sink(variant_of):
    variant = variant_of(BY_RULE)
    paths = ("data/rescue/mail_log-2025-10-04_01:59:24.dat", "data/out_dat/web_log.dat", "elsewhere/x.dat")

    said = [GivenFile(lines=2, equal="all").content(path, variant.project, {}).decode() for path in paths]

    assert "/postfix 200\n" in said[0]
    assert "/nginx 200\n" in said[1]
    assert said[2] == "line of x.dat\n" * 2
