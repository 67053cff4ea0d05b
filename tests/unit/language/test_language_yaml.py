from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import yaml

from wptest.text import yaml_tree
from wptest.text.codes import Code
from wptest.text.scenario_source import decoded_scenario


def load_pure(monkeypatch):
    """The module as it is where PyYAML was built without libyaml."""
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    spec = importlib.util.spec_from_file_location("pure_yaml_tree", yaml_tree.__file__)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(__import__("sys").modules, "pure_yaml_tree", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["libyaml", "pure"])
def parse(request, monkeypatch):
    module = yaml_tree if request.param == "libyaml" else load_pure(monkeypatch)

    def parse_text(text):
        documents, problems = module.compose(decoded_scenario(Path("x.yaml"), text.encode()))
        values = []
        for document in documents:
            value, found = module.build(document)
            values.append(value)
            problems += found
        return values, problems

    return parse_text


def test_only_what_json_knows_is_not_text(parse):
    values, problems = parse(
        "a: [on, yes, 1:30, 010, 0x1f, 2025-10-04, 2025-10-04 01:59:20, True, ~, .inf, 1_000, '5']\n"
        "b: [true, false, null, 5, -5, 1.5, 1e6, 0]\n"
        "on:\n"
    )

    assert problems == []
    assert values == [
        {
            "a": [
                "on",
                "yes",
                "1:30",
                "010",
                "0x1f",
                "2025-10-04",
                "2025-10-04 01:59:20",
                "True",
                "~",
                ".inf",
                "1_000",
                "5",
            ],
            "b": [True, False, None, 5, -5, 1.5, 1_000_000.0, 0],
            "on": None,
        }
    ]


def test_all_mistakes_of_a_document_are_told_with_their_lines(parse):
    _, problems = parse("a: 1\na: 2\n1: x\n<<: {b: 1}\nc: !!str 1\n? [1]\n: 2\nd: !x y\n")

    assert [(told.line, told.code) for told in problems] == [
        (2, Code.DUPLICATE_KEY),
        (3, Code.KEY_NOT_TEXT),
        (4, Code.UNSUPPORTED_YAML),
        (5, Code.UNSUPPORTED_YAML),
        (6, Code.KEY_NOT_TEXT),
        (8, Code.UNSUPPORTED_YAML),
    ]
    assert "on line 1 and on line 2" in problems[0].message
    assert problems[1].help == "put it in quotes: '1'"


def test_a_few_aliases_are_fine(parse):
    assert parse("a: &x [1, 2]\nb: *x\n") == ([{"a": [1, 2], "b": [1, 2]}], [])


def test_aliases_that_would_blow_up_are_refused(parse):
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    _, problems = parse("a0: &a0 [1]\n" + "\n".join(levels) + "\n")

    assert [told.code for told in problems] == [Code.TOO_LARGE]


def test_an_alias_inside_what_it_repeats_is_refused(parse):
    _, problems = parse("a: &x [*x]\n")

    assert [told.code for told in problems] == [Code.UNSUPPORTED_YAML]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[" * 200_000, (1, 51)),
        ("a: " + "[" * 60 + "]" * 60, (1, 53)),
        ("a: {b: " + "[" * 1_100, (1, 56)),
        ("{a: " * 1_500, (1, 201)),
        ("- " * 100_000, (1, 101)),
        ("? " * 1_500, (1, 101)),
        ("- " * 40 + "[" * 1_200, (1, 91)),
        ("\n".join(" " * level + "a:" for level in range(1_200)), (51, 51)),
        ("\n".join(" " * level + "-" for level in range(1_200)), (51, 51)),
    ],
)
def test_nesting_is_bounded_before_it_reaches_the_stack(parse, text, place):
    # However far the parser comes: libyaml has a bound of its own since 0.2.6, and the pure one that of Python.
    _, problems = parse(text)

    assert [(told.line, told.column, told.code) for told in problems] == [(*place, Code.TOO_LARGE)]


@pytest.mark.parametrize("text", ["[" * 50 + "1" + "]" * 50, "- " * 50 + "a"])
def test_as_deep_as_it_may_be_is_fine(parse, text):
    assert parse(text)[1] == []


def test_what_is_wrong_before_it_gets_deep_is_told_first(parse):
    _, problems = parse("a:\n- [,[" + "[" * 1_200 + "]" * 1_202 + "\n")

    assert [(told.line, told.column, told.code) for told in problems] == [(2, 4, Code.SYNTAX)]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: b: c\n", (1, 5), "a second ':' can't stand here"),
        ("a:\n\tb: 1\n", (2, 1), "a tab can't indent YAML"),
        ("a: {b: 1\n", (1, 9), "'{' is not closed"),
        ("a: [1\n", (1, 6), "'[' is not closed"),
        ("a: 'x\n", (1, 4), "the quote is not closed"),
        ("a: *x\n", (1, 4), "there is no anchor '&x'"),
        ("a: @x\n", (1, 4), "a text that begins with '@'"),
        ("a: b\n  c: d\n", (2, 3), "deeper than 'a' above it, which has a value"),
        ("a:\n  - b\n c: d\n", (3, 2), "doesn't fit the indentation"),
        ("a:b\nc: d\n", (1, 2), "a blank is missing"),
        ("- a\nb: 1\n", (2, 1), "has no '-' before it"),
    ],
)
def test_syntax_errors_are_told_in_our_words(parse, text, place, message):
    _, problems = parse(text)

    assert [(told.line, told.column, told.code) for told in problems] == [(*place, Code.SYNTAX)]
    assert message in problems[0].message
