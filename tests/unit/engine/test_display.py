"""How wide a text is, and what of it may be shown."""

from __future__ import annotations

import pytest

from engine.text.display import cut, padded, printable, width


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("日志", 4), ("e\u0301", 1), ("\uff57", 2), ("a\u200bb", 2)]
)
def test_a_width_is_what_a_terminal_needs(text: str, columns: int) -> None:
    assert width(text) == columns
    assert width(padded(text, 10)) == width(padded(text, 10, right=True)) == 10


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "ab..."),
        ("日志日志", 8, "日志日志"),
        ("日志日志", 7, "日志..."),
        ("日志日志", 6, "日..."),
        ("abcdef", 2, ".."),
        ("abcdef", None, "abcdef"),
    ],
)
def test_what_is_cut_fits_and_says_so(text: str, columns: int | None, expected: str) -> None:
    assert cut(text, columns) == expected


def test_nothing_moves_the_cursor_or_turns_the_text_around() -> None:
    assert printable("red\x1b]0;pwn\x07") == "red\\x1b]0;pwn\\x07"
    assert printable("a\nb\t\u202ec") == "a\\nb\\t\\u202ec"
    assert printable("日志 é") == "日志 é"
