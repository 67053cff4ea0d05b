"""Whatever a WPL file has in it, reading it ends with rules of which the lines can be told, or with a place."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from engine.directories.models.wpl_files import read_wpl
from engine.directories.models.wpl_rows import WplError

# fmt: off
PIECES = st.sampled_from([
    "package /x {", "package", "rule r {", "rule", "}", " } }", "{", "(", ")", "<", ">", "<[,]>", ",", ":", ":a",
    "chars", "chars:a", "symbol(x)", "symbol", "kv(", "json", "time", "digit", "ip", "_", "*_", "2*", "0*", "007*",
    "999*", "99999999999*", "\\0", "\\,", "\\", "\\s\\s", "| take(a)", "|", "regex_match('(", "'", '"', "seq(",
    "some_of(", "alt", "// x\n", "/* ", "\n*/", "#[tag(", "\n", " ", " " * 50, "<" * 50, "(" * 50, "\0", "@",
    "é", ":é", "²", "٣*",
])
# fmt: on
FRAGMENTS = st.lists(PIECES, max_size=12).map("".join)
ROWS = st.lists(FRAGMENTS, min_size=1, max_size=3).map(",".join)
TEXTS = st.one_of(
    FRAGMENTS,
    FRAGMENTS.map("package /x {{ rule r {{ {}".format),
    ROWS.map("package /x {{ rule r {{ ({}) }} }}".format),
)
LARGEST = 100_000  # characters of a pattern: beyond, matching a line would take its time


@given(text=TEXTS)
def test_any_text_is_read_or_has_a_place_at_which_it_is_broken(text):
    try:
        rules = read_wpl(text)
    except WplError as error:
        assert 0 <= error.at <= len(text)  # noqa: PT017 - other texts are read
        return
    assert rules
    for rule, row in rules:
        assert rule.pattern == row.pattern
        if row.pattern is not None:
            assert len(row.pattern) < LARGEST
            re.compile(row.pattern)
