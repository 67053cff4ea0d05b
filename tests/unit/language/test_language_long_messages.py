"""Whatever a file holds, a message about it can be read."""

from __future__ import annotations

import pytest

from engine.text.mistake import one_of

LONG = "x" * 100_000
HEAD = "scenario: s\nproject: {sinks: {a: {type: test_rescue}}}\n"
WHEN = "when:\n  - start: wparse daemon\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + WHEN + f"matrix: {{n: [{LONG}, {LONG}]}}\n",
        HEAD + WHEN + f"{LONG}: 1\n",
        HEAD + WHEN + f"limit: {LONG}\n",
        HEAD + WHEN + f'limit: "{LONG} {LONG}"\n',
        HEAD + WHEN + f"then: {{sinks: {{{LONG}: {{lines: 1}}}}}}\n",
        HEAD + WHEN + f"then: {{must_happen: [{LONG}]}}\n",
        HEAD + WHEN + f"given: {{files: {{../{LONG}: {{lines: 1}}}}}}\n",
        HEAD + f"when:\n  - run: {LONG} work\n",
        HEAD + f"when:\n  - run: wparse {LONG}\n",
        HEAD + WHEN + f"title: {{{LONG}: \n",
        HEAD + WHEN + f"title: *{LONG}\n",
        HEAD + WHEN + f"title: '{LONG}\n",
        HEAD + WHEN + f"limit: ${{{{ {LONG} }}}}\n",
        HEAD + WHEN + f"limit: ${{{{ matrix.{LONG} }}}}\n",
        f"scenario: {LONG.upper()}\n" + HEAD[12:] + WHEN,
        f"scenario: s\nproject: {LONG}/{LONG}\n" + WHEN,
        f"scenario: s\nproject: {{sinks: {{'{LONG} y': {{}}}}}}\n" + WHEN,
        HEAD + WHEN + "then: {exit: {wparse: '" + "\uff1a" * 50_000 + "'}}\n",
    ],
    ids=lambda text: text[:90].replace("\n", " "),
)
def test_a_long_value_is_cut(mistakes, text):
    for told in mistakes(text):
        assert len(told.message) < 1_100
        assert len(str(told)) < 3_000


@pytest.mark.parametrize(
    "text",
    [
        f"tags: &a [{', '.join(['x' * 90] * 900)}]\n" + f"matrix: {{n: [{', '.join(['*a'] * 5_000)}]}}\n" + WHEN,
        f"title: {'[' * 60}{']' * 60}\nmatrix: {{n: [1, 2]}}\n" + WHEN,
    ],
    ids=["aliases", "nesting"],
)
def test_what_is_left_out_of_a_file_that_is_too_large_is_not_missed(mistakes, text):
    assert [told.code for told in mistakes(HEAD + text)] == ["WPT-E004"]


def test_a_value_that_is_cut_leaves_what_was_said_of_it(mistakes):
    (told,) = mistakes(HEAD + WHEN + f"limit: '{LONG}'\n")

    assert told.message == f"'{'x' * 59}...' is not a duration"


@pytest.mark.parametrize("hidden", ["\x1b[31m", "\u202e", "\u200b", "\u00a0", "\x9b", "\ufeff"])
def test_what_a_message_names_can_be_seen_and_moves_no_cursor(mistakes, hidden):
    escaped = hidden.encode("unicode_escape").decode().replace("\\", "\\\\")
    (told,) = mistakes(HEAD + WHEN + f'"x{escaped}y": 1\n'.replace("\\\\", "\\"))

    assert hidden in told.message
    assert all(char.isprintable() or char == "\n" for char in told.render())


def test_of_very_many_names_the_first_are_listed():
    listed = one_of(f"sink{number}" for number in range(5_000))

    assert len(listed) < 500
    assert listed.endswith("sink39 and 4,960 more")
