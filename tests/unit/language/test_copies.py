"""Rescue files with the lines of another one: a copy, or lines that are owed twice."""

from __future__ import annotations

import pytest

FIRST = "data/rescue/a-2025-10-04_01:59:24.dat"
HEAD = "scenario: s\nproject: {sinks: {a: {}}}\n"
TEXT = '{text: "one\\n"}'


def twice(first, second, path="data/rescue/a-2025-10-04_01:59:25.dat"):
    steps = f"when: [{{write: {{{path}: {second}}}}}, {{run: wprescue work}}]\n"
    return f"{HEAD}given: {{files: {{{FIRST}: {first}}}}}\n{steps}"


@pytest.mark.parametrize(
    "text",
    [
        twice(TEXT, TEXT),
        twice("{lines: 5}", "{lines: 5}", "data/rescue/backup/a-2025-10-04_01:59:24.dat"),
        twice("{lines: 5, marked: x}", "{lines: 5, marked: x}"),
        twice('{bytes: "x\\n"}', '{bytes: "x\\n"}', "data/rescue/a-2025-10-04_01:59:25.dat.lock"),
    ],
    ids=["text", "lines of one name", "one mark", "bytes"],
)
def test_it_is_told_which_file_has_them_already(warnings, text):
    told = next(each for each in warnings(text) if each.code == "WPT-W077")

    assert told.message == f"it has the lines of {FIRST}, and these are owed a second time"
    assert told.help == "if it is a copy, add 'owed: false'; if not, 'owed: true'"


@pytest.mark.parametrize(
    "text",
    [
        twice(TEXT, '{text: "one\\n", owed: false}'),
        twice(TEXT, '{text: "one\\n", owed: true}'),
        twice(TEXT, '{text: "two\\n"}'),
        twice("{lines: 5}", "{lines: 5}"),
        twice('{text: ""}', '{text: ""}'),
        twice(TEXT, TEXT, FIRST),
        twice(TEXT, TEXT, "backup/a-2025-10-04_01:59:24.dat.kept"),
    ],
    ids=["a copy", "meant", "other lines", "lines of another name", "no lines", "the same file", "no rescue file"],
)
def test_nothing_is_told_where_it_is_said_or_not_so(warnings, text):
    assert "WPT-W077" not in [each.code for each in warnings(text)]
