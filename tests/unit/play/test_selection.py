"""The languages of `-k` and `--tag`."""

from __future__ import annotations

import pytest

from wptest.play.name_expression import NameExpressionError, read_name_expression
from wptest.play.selection import TagChoice, TagError, value_words

NAMES = ("resume.wptest.yaml", "resume", "stop=KILL,sent=99", "recovery")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KILL", True),
        ("kill", True),
        ("sent=9", True),
        ("TERM", False),
        ("not TERM", True),
        ("not not TERM", False),
        ("KILL and sent=99", True),
        ("KILL and sent=1", False),
        ("TERM or KILL", True),
        ("TERM or KILL and sent=1", False),
        ("(TERM or KILL) and sent=99", True),
        ("not(TERM or INT)", True),
        ("not TERM and recov", True),
        ("android", False),
    ],
)
def test_words_are_looked_for_inside_of_names(text: str, expected: bool) -> None:
    assert read_name_expression(text).matches(NAMES) is expected


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "it ends at column 1, where a word, 'not' or '(' was expected"),
        ("a and", "it ends at column 6, where a word"),
        ("a b", "'b' at column 3, where 'and', 'or' or its end was expected"),
        ("a or or b", "'or' at column 6, where a word"),
        ("(a", "it ends at column 3, where 'and', 'or' or ')' was expected"),
        ("a)", "')' at column 2, where 'and', 'or' or its end was expected"),
        ("not", "it ends at column 4"),
    ],
)
def test_what_is_no_expression_says_where(text: str, mistake: str) -> None:
    with pytest.raises(NameExpressionError) as caught:
        read_name_expression(text)
    assert mistake in str(caught.value)


@pytest.mark.parametrize(
    ("text", "tags", "fits"),
    [
        ("slow", ["slow", "kill"], True),
        ("slow", ["slower"], False),
        ("slow,kill", ["kill"], True),
        ("slow, kill", ["kill"], True),
        ("!slow", ["kill"], True),
        ("!slow", ["slow"], False),
        ("not slow", ["slow"], False),
        ("not slow", [], True),
        ("kill,!slow", ["kill", "slow"], True),
        ("kill,!slow", ["slow"], False),
        ("not-slow", ["not-slow"], True),
        ("two words", ["two words"], True),
    ],
)
def test_a_choice_of_tags(text: str, tags: list[str], fits: bool) -> None:
    assert TagChoice.read(text).fits(tags) is fits


@pytest.mark.parametrize("text", ["", "a,", "!", "not ", ",a"])
def test_a_missing_tag_is_a_mistake(text: str) -> None:
    with pytest.raises(TagError, match="a tag is missing"):
        TagChoice.read(text)


def test_values_are_words_without_an_equals_sign() -> None:
    assert value_words("stop=KILL,sent=99") == ("stop-KILL", "sent-99")
    assert value_words("") == ()
