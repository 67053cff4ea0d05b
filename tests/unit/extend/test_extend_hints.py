"""What would put right a name of one's own in a wrong place, and what is said where the own code can't be read."""

from __future__ import annotations

import pytest
from test_extend_language import CODE, HEAD

from wptest.scenario.load import load_file
from wptest.text.scenario_source import InvalidScenario

BROKEN = f"{CODE}\nLIMIT = int('ten')\n"


@pytest.fixture
def helps(tmp_path):
    """The messages about a scenario beside this code, each with its help."""

    def told(text, code=CODE):
        (tmp_path / "conftest.py").write_text(code, encoding="utf-8")
        path = tmp_path / "s.wptest.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            load_file(path)
        except InvalidScenario as error:
            return [(each.message, each.help) for each in error.diagnostics if each.path == path]
        return []

    return told


def sink(written):
    return HEAD.replace("a: {}", f"a: {written}")


@pytest.mark.parametrize(
    ("text", "help_"),
    [
        (sink("{type: whispering}"), "'whispering' is a sink of your own, and a key: write {whispering: {}}"),
        (sink("{type: Whispering}"), "'whispering' is a sink of your own, and a key: write {whispering: {}}"),
        (
            sink("{type: shouting_sink}"),
            "'shouting' is a sink of your own, and a key: write {shouting: {prefix: some text}}",
        ),
        (
            sink("{type: python}"),
            "a sink of your own is a class with @wptest.sink in conftest.py: its name is written instead of 'type'",
        ),
        (
            sink("{whispering: {path: x}}"),
            "'whispering' takes nothing but its path, which 'file' beside it gives: write whispering: {}",
        ),
        (sink("{shouting: {file: a.dat}}"), "write it beside 'shouting', not below it"),
        (sink("{shouting: {prefx: x}}"), "did you mean 'prefix'?"),
        (sink("{prefix: x}"), "it is a parameter of 'shouting': write shouting: {prefix: ...}"),
        (HEAD + "  - bit_rot: {path: x}\n", "it is a fault of your own: write fault: {bit_rot: ...} in a step"),
        (HEAD + "  - sorted_lines: {sink: a}\n", "it is a check of your own: write then: {sorted_lines: ...}"),
        (HEAD + "  - fault: bit_rot\n", "write fault: {bit_rot: {path: data/out_dat/a.dat}}"),
    ],
)
def test_a_name_of_ones_own_in_a_wrong_place_is_told_its_own(helps, text, help_):
    ((_, told),) = helps(text)

    assert told == help_


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "  - fault: {bit_rot: {path: x}}\nthen: {sorted_lines: {sink: a}}\n",
        sink("{whispering: {}}"),
        sink("{whispering: }"),
        sink("{whispering: loud}"),
    ],
)
def test_what_the_code_may_have_is_no_mistake_where_it_cant_be_read(helps, text):
    assert helps(text, BROKEN) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            HEAD + "  - fault: {path: x, errno: EIO, times: 1}\n",
            ["the key 'fail' is missing", "unknown key 'path'"],
        ),
        (HEAD + "  - fault: {on: x, fail: write, error: EIO}\n", ["unknown key 'error'"]),
        (sink("{typ: file}"), ["unknown key 'typ'"]),
        (sink("{type: file, prefix: x}"), ["unknown key 'prefix'"]),
        (HEAD + "then: {exits: 5}\n", ["unknown key 'exits'"]),
    ],
)
def test_what_is_the_languages_is_told_as_ever_where_it_cant_be_read(helps, text, told):
    assert [message for message, _ in helps(text, BROKEN)] == told


def test_of_a_type_that_may_be_a_sink_of_ones_own_it_is_said_that_nothing_is_known(helps):
    told = [("unknown word 'whispering'", "it may be in the file with your own that can't be read")]

    assert helps(sink("{type: whispering}"), BROKEN) == told
