"""The page of failures is what the runs make, and its examples fail as their codes say."""

from __future__ import annotations

import pytest

from wptest.pages.code_examples import failure_examples
from wptest.pages.failures_page import FAILURES_PAGE, failures_text, told_finding
from wptest.words.failures import Failure


def test_the_page_is_up_to_date():
    assert FAILURES_PAGE.read_text(encoding="utf-8") == failures_text(), "run: make generated"


def test_every_code_has_an_example():
    assert list(failure_examples()) == list(Failure)


@pytest.mark.parametrize("code", list(Failure), ids=str)
def test_an_example_shows_its_own_failure_and_when_it_came(code):
    first, *others = told_finding(code, failure_examples()[code]).splitlines()

    assert f"[{code}]: " in first
    assert others[-1].startswith("    when: ")
