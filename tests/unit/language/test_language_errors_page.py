"""The page of codes is what the codes and the messages make, and its examples are about their codes."""

from __future__ import annotations

import pytest

from wptest.pages.code_examples import mistake_examples
from wptest.pages.errors_page import ERRORS_PAGE, errors_text, told_mistakes
from wptest.text.codes import Code


def test_the_page_is_up_to_date():
    assert ERRORS_PAGE.read_text(encoding="utf-8") == errors_text(), "run: make generated"


def test_every_code_has_an_example():
    assert list(mistake_examples()) == list(Code)


@pytest.mark.parametrize("code", list(Code), ids=str)
def test_an_example_has_its_own_mistake(code):
    shown = told_mistakes(mistake_examples()[code])

    severity = "note" if code is Code.STAND_IN else "warning" if code.startswith("WPT-W") else "error"
    assert shown.startswith(f"{severity}[{code}]: ")
    assert "/tmp" not in shown
