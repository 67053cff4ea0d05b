"""Characters of TOML files that only look like others."""

from __future__ import annotations

import pytest

from engine.text.problems import ProjectError
from engine.text.toml_document import parse_toml


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("a ＝ 1\n", (1, 3), "U+FF1D (fullwidth equals sign), not '='"),
        ("rule = “/web*”\n", (1, 8), "U+201C (left double quotation mark), not '\"'"),
        ("［sink_group］\nx = 1\n", (1, 1), "U+FF3B (fullwidth left square bracket), not '['"),
        ("x = 1\n\u00a0y = 2\n", (2, 1), "U+00A0 (no-break blank), not a blank"),
        ('a = "中文（好）”\n', (1, 11), "U+201D (right double quotation mark), not '\"'"),
        ("a = [1， 2]\n", (1, 7), "U+FF0C (fullwidth comma), not ','"),
        ("a = 1\n\ufeffb = 2\n", (2, 1), "U+FEFF (byte order mark), which nobody sees"),
    ],
)
def test_one_that_is_to_blame_is_named_where_it_stands(text, place, said):
    with pytest.raises(ProjectError) as caught:
        parse_toml("wparse.toml", text.encode())

    (problem,) = caught.value.problems
    assert ((problem.line, problem.column), problem.message) == (place, f"here stands {said}")


@pytest.mark.parametrize(
    "text", ['title = "中文，好" # （说明）：\nb = = 1\n', 'a = "“x”\n', "“ = 1 = 2\n", "# ，\n[a\n"]
)
def test_one_that_mending_would_not_help_is_not(text):
    with pytest.raises(ProjectError) as caught:
        parse_toml("wparse.toml", text.encode())

    assert "U+" not in str(caught.value)
