from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from wptest.reuse.outline import outline
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario


@pytest.fixture
def outline_of(tmp_path: Path):
    def outline_text(text):
        path = tmp_path / "s.wptest.yaml"
        path.write_text(text, encoding="utf-8")
        return outline(path)

    return outline_text


def test_importing_it_leaves_the_model_out():
    code = "import sys, wptest.reuse.outline; print('pydantic' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


def test_every_document_has_its_line_and_its_variants(outline_of):
    first, second = outline_of("# c\nscenario: a\ntitle: A\ntags: [x]\n---\nscenario: b\nmatrix: {n: [1, 2]}\n")

    assert (first.id, first.title, first.tags, first.line, first.variants) == ("a", "A", ("x",), 2, ())
    assert (second.id, second.title, second.line) == ("b", "", 6)
    assert [(each.id, dict(each.values)) for each in second.variants] == [("n=1", {"n": 1}), ("n=2", {"n": 2})]


def test_mistakes_in_the_steps_are_left_to_loading(outline_of):
    assert [each.id for each in outline_of("scenario: a\nwhen: 5\nfoo: [x]\n")] == ["a"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("scenario: a\n---\nscenario: a\n", [Code.DUPLICATE_ID]),
        ("scenario: A\n", [Code.WRONG_VALUE]),
        ("title: x\n", [Code.MISSING_KEY]),
        ("scenaro: x\n", [Code.UNKNOWN_KEY]),
        ("scenario: a\nscenario: b\n", [Code.DUPLICATE_KEY]),
        ("scenario: a\nmatrix: 5\ntags: x\ntitle: 5\n", [Code.MATRIX, Code.WRONG_VALUE, Code.WRONG_VALUE]),
        ("scenario: 'a\n", [Code.SYNTAX]),
        ("5\n", [Code.WRONG_TYPE]),
    ],
)
def test_a_file_too_broken_to_list_says_why(outline_of, text, codes):
    with pytest.raises(InvalidScenario) as caught:
        outline_of(text)

    assert [told.code for told in caught.value.diagnostics] == codes
