from __future__ import annotations

import pytest

from wptest.reuse.outline import outline
from wptest.text.codes import Code

TAIL = "project: {sinks: {a: {}}}\nwhen: [{start: wparse daemon}]\n"


@pytest.fixture
def variants(tmp_path):
    """The variants of a matrix, whatever uses its values."""

    def variants_of(matrix):
        path = tmp_path / "s.wptest.yaml"
        path.write_text(f"scenario: s\n{TAIL}matrix: {matrix}\n", encoding="utf-8")
        (outlined,) = outline(path)
        return {variant.id: dict(variant.values) for variant in outlined.variants}

    return variants_of


@pytest.fixture
def matrix_mistakes(mistakes):
    def mistakes_of(matrix):
        return [told.message for told in mistakes(f"scenario: s\n{TAIL}matrix: {matrix}\n")]

    return mistakes_of


class TestVariants:
    def test_axes_are_multiplied_in_the_order_they_are_written(self, variants):
        assert list(variants("{b: [2, 1], a: [x, y]}")) == ["b=2,a=x", "b=2,a=y", "b=1,a=x", "b=1,a=y"]

    def test_include_adds_rows(self, variants):
        assert list(variants("{a: [1], include: [{a: 5}]}")) == ["a=1", "a=5"]

    def test_exclude_takes_every_matching_combination_away(self, variants):
        assert list(variants("{a: [1, 2], b: [x, y], exclude: [{a: 1}, {a: 2, b: x}]}")) == ["a=2,b=y"]

    def test_include_alone_is_a_list_of_variants(self, variants):
        assert variants("{include: [{a: 1, b: x}, {a: 2}]}") == {"a=1,b=x": {"a": 1, "b": "x"}, "a=2": {"a": 2}}

    def test_axes_in_zip_advance_together(self, variants):
        rows = list(variants("{a: [1, 2], b: [x, y], c: [p, q], zip: [a, c]}"))

        assert rows == ["a=1,b=x,c=p", "a=1,b=y,c=p", "a=2,b=x,c=q", "a=2,b=y,c=q"]

    def test_several_groups_advance_each_for_itself(self, variants):
        rows = list(variants("{a: [1, 2], b: [1, 2], c: [5, 6], d: [5, 6], zip: [[a, b], [d, c]]}"))

        assert rows == ["a=1,b=1,c=5,d=5", "a=1,b=1,c=6,d=6", "a=2,b=2,c=5,d=5", "a=2,b=2,c=6,d=6"]

    def test_exclude_and_include_work_beside_zip(self, variants):
        rows = list(variants("{a: [1, 2], b: [1, 2], zip: [a, b], exclude: [{a: 1}], include: [{a: 1, b: 2}]}"))

        assert rows == ["a=2,b=2", "a=1,b=2"]

    def test_values_that_an_id_cannot_hold_are_their_index(self, variants):
        rows = variants(f"{{a: ['< 5', {'x' * 25}, [1, 2], a/b, '']}}")

        assert list(rows) == ["a=0", "a=1", "a=2", "a=3", "a=4"]

    def test_ids_are_unique_where_values_look_alike(self, variants):
        assert list(variants("{a: [1, '1', 1.0, true, 'true', null]}")) == [
            "a=1",
            "a=1+2",
            "a=1+3",
            "a=true",
            "a=true+2",
            "a=null",
        ]


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ("[]", "a matrix is a mapping"),
        ("{}", "a matrix is a mapping"),
        ("{a: 5}", "the values of 'a' are not a list"),
        ("{a: []}", "the axis 'a' has no values"),
        ("{a: [1, 1]}", "'a' has the value 1 twice"),
        ("{a b: [1]}", "'a b' is not a matrix name"),
        ("{a: [1], exclude: [{b: 1}]}", "the matrix has no 'b'"),
        ("{a: [1], exclude: [{a: 2}]}", "this excludes nothing"),
        ("{a: [1], exclude: [{a: 1}]}", "the matrix leaves no variant"),
        ("{a: [1], include: [{a: 1}]}", "the matrix has this variant already"),
        ("{include: 5}", "'include' is not a list of mappings"),
        (
            "{a: [1, 2], b: [1], zip: [a, b]}",
            "'a' and 'b' advance together, but 'a' has 2 values and 'b' has 1 value",
        ),
        ("{a: [1], b: [1], zip: [a, c]}", "the matrix has no 'c'"),
        ("{a: [1], b: [1], zip: [a, b, a]}", "'zip' names 'a' twice"),
        ("{a: [1], zip: [a]}", "'zip' is not a list of axes"),
        ("{a: [1], zip: a}", "'zip' is not a list of axes"),
        ("{a: ['${{ env.X }}']}", "a matrix can't use ${{ }}"),
        (f"{{a: {list(range(200))}, b: {list(range(200))}}}", "the matrix makes 40,000 variants"),
    ],
)
def test_a_matrix_that_makes_no_sense_is_a_mistake(matrix_mistakes, matrix, message):
    (told,) = matrix_mistakes(matrix)

    assert message in told


class TestExpressions:
    def when(self, load, text, env=None):
        used = "files: {notes: {text: '${{ matrix.n }} ${{ matrix.word }} ${{ matrix.far }}'}}"
        given = f"given: {{source: {{lines: 10}}, {used}}}\nmatrix: {{n: [5], word: [USR1], far: [1e6]}}\n"
        (loaded,) = load(f"scenario: s\nproject: {{sinks: {{a: {{}}}}}}\n{given}{text}", env)
        return loaded.variants[0].scenario

    def test_a_whole_value_keeps_its_type(self, load):
        step = "when: [{start: wparse daemon}, {upon: {sink: a, lines: '${{ matrix.n }}'}, kill: wparse}]\n"

        assert self.when(load, step).when[1].upon.lines == 5

    def test_inside_a_text_it_becomes_text(self, load):
        scenario = self.when(load, "when: [{run: 'wpgen sample -n ${{matrix.far}} -s ${{ matrix.n }}'}]\n")

        assert scenario.when[0].verb.command.text == "wpgen sample -n 1000000 -s 5"

    def test_environment_variables_are_text(self, load):
        scenario = self.when(load, "when: [{run: '${{ env.CMD }} batch'}]\n", env={"CMD": "wparse"})

        assert scenario.when[0].verb.command.program == "wparse"

    @pytest.mark.parametrize(
        ("expression", "message", "place", "help_"),
        [
            ("${{ matrix.wrod }}", "the matrix has no 'wrod'", "wrod", "did you mean 'word'?"),
            ("x ${{ env.HOM }}", "no environment variable 'HOM'", "HOM", "did you mean 'HOME'?"),
            ("${{ foo }}", "'foo' is neither a matrix value", "foo", "a text is in quotes: 'foo'"),
            ("${{ matrix }}", "'matrix' is neither a matrix value", "matrix", "say which one: matrix.NAME"),
            ("${{ matrix.wo-rd }}", "the matrix has no 'wo-rd'", "wo-rd", "did you mean 'word'?"),
        ],
    )
    def test_an_unknown_name_is_told_inside_its_text(self, mistakes, expression, message, place, help_):
        text = f"scenario: s\n{TAIL}matrix: {{n: [5], word: [a]}}\nlimit: '{expression}'\n"

        (told,) = mistakes(text, {"HOME": "x"})

        assert (told.code, told.help) == (Code.UNKNOWN_NAME, help_)
        assert message in told.message
        assert told.source_line[told.column - 1 :][: told.length] == place

    def test_a_wrong_matrix_makes_no_use_of_it_wrong(self, mistakes):
        (told,) = mistakes(f"scenario: s\n{TAIL}matrix: {{n: 5}}\nlimit: '${{{{ matrix.n }}}}'\n")

        assert told.code is Code.MATRIX

    def test_the_title_is_the_same_for_all_variants(self, mistakes):
        (told,) = mistakes(f"scenario: s\n{TAIL}matrix: {{n: [5]}}\ntitle: 'x ${{{{ matrix.n }}}}'\n")

        assert "'title' is the same for all variants" in told.message
