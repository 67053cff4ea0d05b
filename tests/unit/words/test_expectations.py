"""Expectations: each is found by its file alone, and those of the user's own are no others."""

from __future__ import annotations

import itertools
import sys

import pytest

from wptest.shapes.extension import Call
from wptest.words.expect import Then
from wptest.words.expectation import Expectation
from wptest.words.registry import words_in

WORD = """
from typing import final

from wptest.words.expectation import Expectation
from wptest.words.registry import nothing


@final
class Whole(Expectation[bool]):
    "Says all."

    key = "whole"
    order = 1
    examples = ()
    value = bool
    in_check = True
    names = patterns = amounts = obstacles = judge = nothing
"""
COUNTER = itertools.count()


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Find the words of a package that has these texts, one a module."""

    def find(*texts):
        name = f"some_words_{next(COUNTER)}"
        package = tmp_path / name
        package.mkdir()
        (package / "__init__.py").touch()
        for number, text in enumerate(texts):
            (package / f"word_{number}.py").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
        try:
            return words_in(name, Expectation)
        finally:
            for module in [each for each in sys.modules if each.partition(".")[0] == name]:
                del sys.modules[module]

    return find


def test_one_that_says_all_is_found_by_its_file_alone(read):
    (word,) = read(WORD).values()

    assert (word.key, word("given").place, word("given").expected) == ("whole", "whole", "given")


def test_two_at_one_place_are_none(read):
    with pytest.raises(TypeError, match="Whole and Other have the same key or place in lists: 1"):
        read(WORD, WORD.replace("Whole", "Other").replace("whole", "other"))


def test_checks_of_the_users_own_come_last_of_those_of_the_moment():
    then = Then.model_validate({"must_happen": ["rescue.created"], "exit": {"wparse": 0}})
    object.__setattr__(then, "_calls", (Call("mine", None, {}),))

    assert [word.place for word in then.of_the_moment] == ["exit", "mine"]
    assert [word.place for word in then.of_the_run] == ["must_happen"]
