"""Expressions: what they are worth, and where their mistakes stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.text.mistake import Mistake
from wptest.expressions.expression import parse_expression
from wptest.expressions.scope import Scope
from wptest.text.codes import Code

MATRIX = {
    "lines": 1000,
    "wait": "250ms",
    "size": "64MiB",
    "rate": "2k/s",
    "stop": "INT",
    "share": "5%",
    "at-least": "9s",
    "list": [1, 2, 3],
    "nothing": None,
    "below": "< 1000",
    "many": "10k",
    "on": True,
}
NAMES = Scope(MATRIX, {"N": "12", "HOME": "x"}, {"program": "wparse", "for": "3s"})


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("matrix.lines", 1000),
        ("matrix.below", "< 1000"),
        ("matrix.list", [1, 2, 3]),
        ("matrix.nothing", None),
        ("matrix.at-least", "9s"),
        ("matrix['at-least'] + '1s'", "10s"),
        ("with.program", "wparse"),
        ("with.for", "3s"),
        ("with.program + ' daemon'", "wparse daemon"),
        ("'with.program'", "with.program"),
        ("matrix.lines / 2", 500),
        ("matrix.lines // 3", 333),
        ("matrix.lines % 7", 6),
        ("0.1 + 0.2", 0.3),
        ("1e6 + 1", 1_000_001),
        ("2 ** 10", 1024),
        ("'250ms' * 2", "500ms"),
        ("2 * matrix.wait", "500ms"),
        ("matrix.wait + '1s'", "1.25s"),
        ("-matrix.wait", "-250ms"),
        ("'1m' / '250ms'", 240),
        ("matrix.size / 2", "32MiB"),
        ("matrix.size - '1kB'", "67107864B"),
        ("'10kB' + '5kB'", "15kB"),
        ("matrix.rate * '3s'", 6000),
        ("matrix.lines / '10s'", "100/s"),
        ("1 / '3m'", "20/h"),
        ("matrix.lines / matrix.rate", "500ms"),
        ("matrix.many * matrix.share", 500),
        ("'a' + 'b'", "ab"),
        ("'ab' * 2", "abab"),
        ("'INT' if matrix.lines > 100 else 'KILL'", "INT"),
        ("1 / 0 if false else 5", 5),
        ("matrix.stop == 'INT' and not matrix.lines < 5", True),
        ("matrix.stop in ['INT', 'TERM']", True),
        ("matrix.stop not in ('INT', 'TERM')", False),
        ("matrix.wait == '0.25s'", True),
        ("'none' == matrix.wait", False),
        ("matrix.nothing == null", True),
        ("'1s' < matrix.wait < '1h'", False),
        ("matrix.on and true", True),
        ("min(matrix.wait, '1s')", "250ms"),
        ("max(matrix.list)", 3),
        ("round(10 / 3, 2)", 3.33),
        ("round(10 / 4)", 2),
        ("len(matrix.list) + len('ab')", 5),
        ("int(env.N) * 2", 24),
        ("int(7 / 2)", 3),
        ("str(matrix.wait * 2) + '!'", "500ms!"),
        ("matrix.lines\n  + 1", 1001),
    ],
)
def test_an_expression_is_worth(expression, value):
    found = NAMES.value_of(f" {expression} ")

    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("expression", "problem", "place"),
    [
        ("1 + (matrix.wait < matrix.size)", "comparing a duration with a size", "matrix.wait < matrix.size"),
        ("matrix.wait + matrix.lines", "adding a duration and a number", "matrix.wait + matrix.lines"),
        ("2 * (matrix.size - '1s')", "subtracting a duration from a size", "matrix.size - '1s'"),
        ("'1s' * '1s'", "multiplying a duration by a duration", "'1s' * '1s'"),
        ("'1s' / '1kB'", "dividing a duration by a size", "'1s' / '1kB'"),
        ("matrix.lines / 0", "dividing by zero", "matrix.lines / 0"),
        ("matrix.lines % 0", "dividing by zero", "matrix.lines % 0"),
        ("env.N == 12", "comparing a text with a number", "env.N == 12"),
        ("env.N * 2 + 1", "this can't be done with a text and a number", "env.N * 2 + 1"),
        ("'a' < 'b'", "texts have no order here", "'a' < 'b'"),
        ("matrix.lines and true", "'and' decides by true or false, and this is a number", "matrix.lines"),
        ("not 'a'", "'not' decides by true or false, and this is a text", "'a'"),
        ("1 if 'a' else 2", "'if' decides by true or false, and this is a text", "'a'"),
        ("2 ** 65", "an exponent is a whole number up to 64", "2 ** 65"),
        ("10 ** 30", "the result is too large", "10 ** 30"),
        ("9 ** 9 ** 9", "an exponent is a whole number up to 64", "9 ** 9 ** 9"),
        ("'x' * 100000", "a text is repeated a whole number of times", "'x' * 100000"),
        ("'x' * -1", "a text is repeated a whole number of times", "'x' * -1"),
        ("max(1, '1s')", "comparing a number with a duration", "max(1, '1s')"),
        ("min('a')", "min() takes quantities, and this is a text", "min('a')"),
        ("round('1s')", "round() takes a number, and this is a duration", "round('1s')"),
        ("len(5)", "len() takes a text or a list", "len(5)"),
        ("int('x')", "'x' can't be made a whole number", "int('x')"),
        ("-'a'", "a text has no sign", "-'a'"),
        ("1 in 5", "'in' looks into a list or a text", "1 in 5"),
        ("250ms * 2", "250ms has to be in quotes", "250ms"),
        ("matrix.x + 1m30s", "1m30s has to be in quotes", "1m30s"),
        ("matrix.on && true", "'&&' can't stand in an expression", "&&"),
        ("matrix.lines = 5", "'=' can't stand in an expression", "="),
        ("abs(5)", "there is no function 'abs'", "abs"),
        ("'a'.upper()", "only functions can be called", "'a'.upper"),
        ("len()", "len() takes exactly one value", "len()"),
        ("[x for x in matrix.list]", "a comprehension can't stand in an expression", "[x for x in matrix.list]"),
        ("(lambda: 5)", "a lambda can't stand in an expression", "lambda: 5"),
        ("matrix.list[0]", "an index can't stand in an expression", "matrix.list[0]"),
        ("matrix.stop.upper", "an attribute can't stand in an expression", "matrix.stop.upper"),
        ("f'{matrix.stop}'", "an f-string can't stand in an expression", "f'{matrix.stop}'"),
        ("b'x'", "this can't stand in an expression", "b'x'"),
        ("1 +", "'1 +' is not an expression", "1 +"),
        ("", "there is no expression in ${{ }}", "  "),
        ("1" * 501, "an expression of more than 500 characters", "1" * 501),
        ("-" * 25 + "1", "an expression nested more than 20 levels deep", "-" * 4 + "1"),
        ("'日本' + matrix.lnes", "the matrix has no 'lnes'", "lnes"),
        ("1 if true else matrix.lnes", "the matrix has no 'lnes'", "lnes"),
        ("matrix.lines if matrix.stop == INT else 5", "'INT' is neither a matrix value", "INT"),
        ("os.system", "'os.system' is neither a matrix value", "os.system"),
    ],
)
def test_a_mistake_stands_under_the_part_that_is_wrong(expression, problem, place):
    text = f" {expression} "

    with pytest.raises(Mistake) as caught:
        NAMES.value_of(text)

    offset, length = caught.value.within
    assert problem in caught.value.problem
    assert text[offset:][:length] == place


def test_with_outside_of_shared_steps_is_a_mistake():
    with pytest.raises(Mistake, match="outside of any"):
        Scope({}, {}).value_of("with.program")


@settings(max_examples=500, deadline=None)
@given(
    text=st.text(
        st.sampled_from("matrix.lines with env'\"()[]{}<>=!+-*/%0123456789 smk,:ifelsenotandor_\n\\é"), max_size=60
    )
)
def test_any_text_has_a_value_or_a_located_mistake(text):
    offset = 0
    try:
        NAMES.value_of(text)
    except Mistake as error:
        offset, _ = error.within

    assert 0 <= offset <= len(text)


@pytest.mark.parametrize(
    "text", ["(" * 400, "[" * 400, "not " * 120 + "true", "-" * 499 + "1", "'" * 499, "\0", "\\"]
)
def test_what_could_hurt_a_parser_is_a_mistake(text):
    with pytest.raises(Mistake):
        parse_expression(text)


class TestInAScenario:
    HEAD = "scenario: s\nproject: {sinks: {a: {}}}\nmatrix: {n: [4], wait: [1s]}\n"

    def test_the_result_is_checked_as_if_it_were_written(self, load):
        text = (
            self.HEAD
            + "when:\n  - run: wpgen sample -n ${{ matrix.n * 100 }}\n  - wait: ${{ matrix.wait * 1.5 }}\n"
        )

        (loaded,) = load(text)

        assert loaded.variants[0].scenario.when[0].verb.command.options == {"count": 400}
        assert loaded.variants[0].scenario.when[1].verb.written == 1_500_000_000

    def test_carets_stand_inside_the_file(self, mistakes):
        (told,) = mistakes(
            self.HEAD + "when: [{run: wparse batch}, {wait: \"${{ 2 * (matrix.wait + '1kB') }}\"}]\n"
        )

        assert (told.code, told.message) == (Code.EXPRESSION, "adding a duration and a size")
        assert told.source_line[told.column - 1 :][: told.length] == "matrix.wait + '1kB'"

    def test_an_expression_without_an_end_is_told(self, mistakes):
        (told,) = mistakes(self.HEAD + "when: [{run: 'wparse ${{ matrix.n'}]\n")

        assert told.code is Code.EXPRESSION
        assert "no '}}'" in told.message
