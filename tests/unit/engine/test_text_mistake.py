"""The one kind of mistake, and the word that was meant."""

from __future__ import annotations

import errno

from engine.text.mistake import Mistake, nearest, one_of, reason_of, suggest


def test_a_mistake_reads_as_one_sentence():
    assert str(Mistake("'5' has no unit", "a duration like 2s")) == "'5' has no unit, expected a duration like 2s"
    assert str(Mistake("the path is empty", help_="write one")) == "the path is empty"


def test_the_nearest_word_capitals_or_not():
    assert nearest("blckhole", ["file", "blackhole"]) == "blackhole"
    assert nearest("FILE", ["file", "blackhole"]) == "file"
    assert nearest("kafka", ["file", "blackhole"]) is None


def test_a_suggestion_lists_the_words_only_where_nobody_has():
    assert suggest("blckhole", ["file", "blackhole"], or_all=True) == "did you mean 'blackhole'?"
    assert suggest("kafka", ["file", "blackhole"], or_all=True) == "known here: blackhole, file"
    assert suggest("kafka", ["file", "blackhole"]) is None
    assert suggest("kafka", [], or_all=True) is None


def test_of_very_many_words_the_first_are_listed_and_the_others_counted():
    names = [f"name{number}" for number in range(1041)]
    assert one_of(names[:2]) == "one of: name0, name1"
    assert one_of(names[:40]) == f"one of: {', '.join(names[:40])}"
    assert one_of(names[:41]) == f"one of: {', '.join(names[:40])} and 1 more"
    assert one_of(names).endswith(", name39 and 1,001 more")


def test_why_the_operating_system_refused():
    assert reason_of(OSError(errno.ENOENT, "No such file or directory", "/x")) == "no such file or directory"
    assert reason_of(OSError("Said otherwise")) == "said otherwise"
    assert reason_of(OSError()) == "unknown reason"
