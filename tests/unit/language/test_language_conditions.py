"""`skip`, `xfail` and `only_if`: what is run, what isn't, and why."""

from __future__ import annotations

import pytest

from wptest.reuse.outline import outline
from wptest.text.codes import Code

TAIL = "project: {sinks: {a: {}}}\nwhen: [{start: wparse daemon}]\n"
MATRIX = "matrix: {n: [1, 2]}\ngiven: {source: {lines: '${{ matrix.n }}'}}\n"


@pytest.fixture
def both(load, tmp_path):
    """The only scenario of a text, outlined and loaded."""

    def read(text, env=None):
        (loaded,) = load(f"scenario: s\n{TAIL}{text}", env)
        assert outline(tmp_path / "s.wptest.yaml", env) == [loaded.outline]
        return loaded

    return read


@pytest.mark.parametrize("key", ["skip", "xfail"])
def test_a_reason_reaches_the_outline_and_every_variant(both, key):
    loaded = both(f"{key}: known loss\n{MATRIX}")

    assert getattr(loaded.outline, key) == "known loss"
    assert [getattr(variant, key) for variant in loaded.variants] == ["known loss"] * 2


def test_a_scenario_without_conditions_has_no_reasons(both):
    loaded = both("")

    assert (loaded.outline.skip, loaded.outline.xfail, loaded.variants[0].skip, loaded.variants[0].xfail) == (
        "",
    ) * 4


@pytest.mark.parametrize("expression", ["matrix.n > 1", "${{ matrix.n > 1 }}", "not matrix.n == 1"])
def test_only_if_skips_the_variants_for_which_it_is_false(both, expression):
    loaded = both(f'matrix: {{n: [1, 2]}}\nonly_if: {{expression: "{expression}", reason: too few}}\n')

    assert [row.skip for row in loaded.outline.variants] == ["too few", ""]
    assert [variant.skip for variant in loaded.variants] == ["too few", ""]
    assert loaded.outline.skip == ""


@pytest.mark.parametrize(("env", "skip"), [({}, "CI only"), ({"CI": ""}, "CI only"), ({"CI": "1"}, "")])
def test_without_a_matrix_it_skips_the_scenario_and_an_unset_variable_is_empty(both, env, skip):
    loaded = both("only_if: {expression: \"env.CI != ''\", reason: CI only}\n", env)

    assert (loaded.outline.skip, loaded.variants[0].skip) == (skip, skip)


def test_a_skip_of_the_whole_goes_before_the_condition(both):
    loaded = both("skip: not now\nmatrix: {n: [1]}\nonly_if: {expression: matrix.n > 1, reason: too few}\n")

    assert loaded.variants[0].skip == "not now"


@pytest.mark.parametrize(
    ("text", "code", "message", "place"),
    [
        ("skip:\n", Code.WRONG_TYPE, "the key 'skip' has no value", "skip"),
        ("skip: true\n", Code.WRONG_VALUE, "'skip' needs a reason, in words", "true"),
        ("xfail: ' '\n", Code.WRONG_VALUE, "'xfail' needs a reason, in words", "' '"),
        ("xfail: ${{ env.X }}\n", Code.MATRIX, "a reason is the same for all variants", "${{ env.X }}"),
        ("only_if: matrix.n > 1\n", Code.WRONG_TYPE, "'only_if' is an expression and a reason", "matrix.n > 1"),
        ("only_if: {expression: 'true'}\n", Code.MISSING_KEY, "the key 'reason' is missing", "only_if"),
        ("only_if: {reason: x}\n", Code.MISSING_KEY, "the key 'expression' is missing", "only_if"),
        ("only_if: {expresion: 'true', reason: x}\n", Code.UNKNOWN_KEY, "unknown key 'expresion'", "expresion"),
        ("only_if: {expression: 5, reason: x}\n", Code.WRONG_TYPE, "this is not an expression", "5"),
        ("only_if: {expression: matrix.n, reason: x}\n", Code.EXPRESSION, "has to be true or false", "matrix.n"),
        ("only_if: {expression: matrix.m > 1, reason: x}\n", Code.UNKNOWN_NAME, "the matrix has no 'm'", "m"),
        (
            "only_if: {expression: \"matrix.n > '1s'\", reason: x}\n",
            Code.EXPRESSION,
            "comparing a number with a duration",
            "matrix.n > '1s'",
        ),
    ],
)
def test_a_condition_that_makes_no_sense_is_one_mistake(mistakes, text, code, message, place):
    (told,) = mistakes(f"scenario: s\n{TAIL}{MATRIX}{text}")

    assert told.code is code
    assert message in told.message
    assert told.source_line[told.column - 1 :][: told.length] == place
