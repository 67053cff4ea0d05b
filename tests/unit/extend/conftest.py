from __future__ import annotations

import pytest

from wptest.extend.find import Found, find_extensions

HEAD = "from __future__ import annotations\n\nfrom typing import *\n\nimport wptest\n\n\n"


@pytest.fixture
def found(tmp_path):
    """What is found in a directory whose conftest.py has this code."""

    def find(code: str, head: str = HEAD) -> Found:
        (tmp_path / "conftest.py").write_text(head + code, encoding="utf-8")
        return find_extensions(tmp_path)

    return find


@pytest.fixture
def wrong(found):
    """The mistakes in this code: message, and the text under the carets."""

    def mistakes(code: str, head: str = HEAD) -> list[tuple[str, str]]:
        problems = found(code, head).problems
        return [(told.message, told.source_line[told.column - 1 :][: told.length]) for told in problems]

    return mistakes
