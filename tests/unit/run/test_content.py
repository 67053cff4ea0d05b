"""What is in a sink's file: the first line that differs is told, with its number."""

from __future__ import annotations

import pytest
from scenario_bench import scenario

from wptest.words.failures import Failure

GIVEN = r'{files: {data/out_dat/a.dat: {bytes: "one\ntwo\nthr\xe9e\n"}}}'


def told(result):
    return [(each.name, each.message, each.evidence) for each in result.findings if each.code is Failure.CONTENT]


def content(play, expected, given=GIVEN):
    return told(play(scenario("  - wait: 1s", f"{{sinks: {{a: {{content: {expected}}}}}}}", given)))


@pytest.mark.parametrize(
    "expected",
    [
        r"""[one, two, 'thr\xe9e']""",
        r"""{is: [one, two, 'thr\xe9e']}""",
        r"""{is: "one\ntwo\nthr\\xe9e\n"}""",
        "{contains: two, in_order: [one, 'th*'], never: ['tw', '*four*']}",
        r"""{contains: ['t?o', '*\xe9*']}""",
    ],
)
def test_what_holds(play, expected):
    assert content(play, expected) == []


@pytest.mark.parametrize(
    ("expected", "line", "want", "got"),
    [
        ("[one, too, x]", "line 2 is the first that differs; expected 3 lines, got 3", "too", "two"),
        ("[one, two]", "line 3 is the first that differs; expected 2 lines, got 3", None, "thr\\xe9e"),
        (
            "[one, two, 'thr\\xe9e', four]",
            "line 4 is the first that differs; expected 4 lines, got 3",
            "four",
            None,
        ),
        ("[]", "line 1 is the first that differs; expected 0 lines, got 3", None, "one"),
    ],
)
def test_the_first_line_that_differs(play, expected, line, want, got):
    end = "the end"
    assert content(play, expected) == [
        ("then.sinks.a.content.is", line, (f"expected: {want or end}", f"got:      {got or end}"))
    ]


def test_a_text_has_the_ends_of_its_lines(play):
    given = r'{files: {data/rescue/a-2025-10-04_01:59:24.dat: {text: "one\n"}}}'
    assert content(play, r'"one"', '{files: {data/out_dat/a.dat: {text: "one\\n"}}}') == [
        ("then.sinks.a.content.is", "the end of the last line, 1: expected none, got a newline", ())
    ]
    result = play(scenario("  - run: wprescue work", r'{sinks: {a: {content: "one\n"}}}', given))
    assert result.outcome.value == "passed"


@pytest.mark.parametrize(
    ("expected", "name", "message"),
    [
        ("{contains: [one, four]}", "contains.1", "expected a line like 'four', got none in 3 lines"),
        (
            "{in_order: [two, one]}",
            "in_order.1",
            "expected a line like 'one' next, got none: there is line 1, but 'two' is line 2, and must come before",
        ),
        ("{in_order: four}", "in_order.0", "expected a line like 'four' next, got none: there is no such line"),
        ("{never: 't*'}", "never.0", "expected no line like 't*', got 2, the first on line 2"),
    ],
)
def test_patterns(play, expected, name, message):
    assert [(each[0], each[1]) for each in content(play, expected)] == [(f"then.sinks.a.content.{name}", message)]


def test_one_pattern_twice_needs_two_lines(play):
    assert len(content(play, "{in_order: [one, one]}")) == 1


def test_a_check_step_looks_at_the_content_of_the_moment(play):
    given = r'{files: {data/rescue/a-2025-10-04_01:59:24.dat: {text: "one\ntwo\n"}}}'
    steps = "  - check: {sinks: {a: {content: []}}}\n  - run: wprescue work"
    result = play(scenario(steps, "{sinks: {a: {content: [one, two]}}}", given))
    assert result.outcome.value == "passed"
