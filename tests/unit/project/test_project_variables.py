"""Variables in project files are filled in as WarpParse does it, and places stay those of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project_tree import CONF, EXPECT, GROUP, SEED, TODAY, group, shown, write

from engine.directories.load_project import load_project
from engine.directories.surroundings import SECRETS, ProjectSurroundings
from engine.directories.variables import Variables
from engine.text.problems import ProblemKind, Problems, ProjectError
from engine.text.source_text import SourceText, Span

SINK = 'type = "file"\nparams = { base = "%s", file = "x.dat" }'
HEAD = 'rule = "/benchmark*"'


def load(root, tree, **variables):
    return load_project(write(root, tree), ProjectSurroundings(variables=tuple(variables.items())))


def problems(root, tree, **variables):
    with pytest.raises(ProjectError) as caught:
        load(root, tree, **variables)
    return caught.value.problems


def with_base(base):
    return {**SEED, GROUP: group(SINK % base, HEAD)}


@pytest.mark.parametrize(
    ("base", "variables", "path"),
    [
        ("${WP_OUT:./data/out_dat}", {}, "data/out_dat/x.dat"),
        ("${WP_OUT:./data/out_dat}", {"WP_OUT": "data/else"}, "data/else/x.dat"),
        ("${WP_OUT}", {"WP_OUT": "data/else"}, "data/else/x.dat"),
        ("data/${A}/${B:b}/${A}", {"A": "a"}, "data/a/b/a/x.dat"),
        ("data${NOTHING:}", {}, "data/x.dat"),
        ("data${EMPTY:/y}", {"EMPTY": ""}, "data/x.dat"),  # what is set counts, even if it is empty
        ("data/${A:x:y}", {}, "data/x:y/x.dat"),  # a name ends at the first colon
        ("data/$A/$${B:b}", {}, "data/$A/$b/x.dat"),  # only braces make a variable
        ("data/${A:b}}", {}, "data/b}/x.dat"),  # a default ends at the first brace
        ("data/${a-b.c:d}", {"a-b.c": "e"}, "data/e/x.dat"),
    ],
)
def test_a_variable_is_the_scenario_s_or_its_default(tmp_path, base, variables, path):
    assert load(tmp_path, with_base(base), **variables).sink("benchmark/[0]").path == path


def test_a_variable_may_be_anything_that_toml_has(tmp_path):
    text = group('type = "file"', HEAD) + EXPECT.replace("0.66", "${SHARE:0.5}").replace("ratio", "${KEY:ratio}")
    project = load(tmp_path, {**SEED, GROUP: text, CONF: "speed_limit = ${SPEED}\n"}, SPEED="700", SHARE="0.25")
    assert project.sink("benchmark/[0]").expect.ratio == 0.25
    assert project.speed_limit == 700
    assert project.origin.variables == ("SPEED", "KEY", "SHARE")


@pytest.mark.parametrize("path", ["topology/sources/wpsrc.toml", "topology/sinks/defaults.toml"])
def test_every_file_is_filled_in(tmp_path, path):
    text = str(TODAY[path]).replace('"', '"${NOTHING:}', 1)
    assert load(tmp_path, {**TODAY, path: text}).origin.variables == ("NOTHING",)


def test_connectors_are_filled_in_also_above_the_project(tmp_path):
    write(tmp_path, {name: text for name, text in TODAY.items() if name.startswith("connectors/")})
    file = tmp_path / "connectors/sink.d/file.toml"
    file.write_text(file.read_text().replace("./data/out_dat", "${WP_OUT}"))
    tree = {name: text for name, text in TODAY.items() if not name.startswith("connectors/")}
    project = load(tmp_path / "deep/project", tree, WP_OUT="data/there")
    assert project.sink("benchmark_file_sink").path == "data/there/benchmark.dat"


def test_the_project_s_own_secrets_have_the_first_word(tmp_path):
    secrets = 'out = "data/secret"\nPort = 9000\nshare = 1.0\nyes = true\n'
    base = "${SEC_OUT}/${SEC_PORT}/${SEC_SHARE}/${SEC_YES}/${sec_out:small}"
    project = load(tmp_path, {**with_base(base), SECRETS: secrets}, SEC_OUT="data/public")
    assert project.sink("benchmark/[0]").path == "data/secret/9000/1/true/small/x.dat"
    assert project.origin.variables == ("sec_out",)  # nobody can set the others


def test_nobody_s_home_is_looked_into(tmp_path, monkeypatch):
    write(tmp_path / "home", {SECRETS: 'out = "data/secret"\n'})
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEC_OUT", "data/environment")
    (told,) = problems(tmp_path / "project", with_base("${SEC_OUT}"))
    assert told.message == "the variable 'SEC_OUT' has no value, and no default"


WRONG = [
    ("${WP_OUT}", "the variable 'WP_OUT' has no value, and no default"),
    ("x/${ WP_OUT }", "' WP_OUT ' is no name of a variable (write ${WP_OUT})"),
    ("x/${ WP_OUT : y}", "' WP_OUT ' is no name of a variable (write ${WP_OUT: y})"),
    ("${}", "'' is no name of a variable (letters, digits and _ . - only)"),
    ("${1x:y}", "'1x' is no name of a variable (letters, digits and _ . - only)"),
    (
        "${A:${B}}",
        "'${A:${B}' ends at its first '}': no variable can stand in a default (write the default itself)",
    ),
    ("data/${A", "'${A' is not closed with '}'"),
    ("${NESTED}", "the value of 'NESTED' has another variable in it"),
    ("${LINES}", "the value of 'LINES' has a line break or another control character in it"),
]


@pytest.mark.parametrize(("base", "message"), WRONG, ids=[row[0] for row in WRONG])
def test_what_stands_for_nothing_is_one_mistake_with_its_place(tmp_path, base, message):
    found = problems(tmp_path, with_base(base), NESTED="${A}", LINES="a\nb")
    start = base.index("${")
    length = len(base[start:]) - (base == "${A:${B}}")
    if base == "data/${A":  # up to the brace of the table: the quote is in it, as WarpParse reads it
        message += " before its text ends (write ${A})"
        assert shown(found) == [f"{GROUP} 5:25+22 {message}"]
    else:
        assert shown(found) == [f"{GROUP} 5:{20 + start}+{length} {message}"]
    assert {each.code for each in found} == {ProblemKind.VARIABLE}


def test_all_of_them_are_told_at_once_and_no_syntax_error_follows(tmp_path):
    found = problems(tmp_path, {**SEED, CONF: "speed_limit = ${A}\nrescue_root = '${B}'\nrobust = 'x${C:y}'\n"})
    assert [(each.line, each.column, each.about) for each in found] == [(1, 15, "A"), (2, 16, "B")]


def test_comments_ask_for_nothing(tmp_path):
    text = "# ${A} and ${ b } and ${c\nrobust = 'normal' # '${D}'\nrescue_root = 'data/#${E:e}' # ${F:x}\n"
    project = load(tmp_path, {**SEED, CONF: text})
    assert project.rescue_root == "data/#e"
    assert project.origin.variables == ("E",)


def test_the_default_of_a_shell_is_a_warning(tmp_path):
    project = load(tmp_path, with_base("data/${A:-out}"))
    assert project.sink("benchmark/[0]").path == "data/-out/x.dat"
    assert shown(project.warnings) == [
        f"{GROUP} 5:25+9 the default of 'A' is '-out': it is shells that write ':-' (write ${{A:out}})"
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("speed_limit = ${A:1} # x\nrobust = 'x'\n", "2:10+3 'robust' is 'x'"),
        ("robust = '${A:x}'\n", "1:10+8 'robust' is 'x'"),
        ("robust = '${A:nor}x${B:y}'\n", "1:10+17 'robust' is 'norxy'"),
        (
            "log_conf = { level = '${A:warn}', leve = '${B:x}', output = ${C:3}, file = 1 }\n",
            "1:76+1 'file' must be",
        ),
        ("robust = ${A:nor mal}\n", "1:10+12 this is not a TOML value"),
        ("a = 1\n${K:a} = 2\n", "2:1+6 'a' is given twice"),
    ],
)
def test_places_are_those_of_the_file_as_it_is_written(tmp_path, text, place):
    told = [each for each in shown(problems(tmp_path, {**SEED, CONF: text})) if "unknown key" not in each]
    assert [each.startswith(f"{CONF} {place}") for each in told] == [True], told


def test_a_secret_s_file_has_mistakes_and_warnings_like_any_other(tmp_path):
    (told,) = problems(tmp_path / "a", {**SEED, SECRETS: "a = \n"})
    assert (str(told.path), told.line, told.column) == (SECRETS, 1, 5)
    project = load(tmp_path / "b", {**SEED, SECRETS: "[a]\nb = 1\n"})
    assert shown(project.warnings) == [
        f"{SECRETS} 1:2+1 'a' is neither text nor a number, so no variable can be it"
    ]


PIECES = st.sampled_from(["${A}", "${B:x y}", "${C:}", "plain", "\n", " # c ${A}\n", "'", '"', "é", "${", "}", "="])


@given(
    st.lists(PIECES, max_size=12).map("".join), st.dictionaries(st.sampled_from("ABC"), st.text("ab", max_size=4))
)
def test_every_place_of_a_filled_text_is_one_of_the_written_text(text, values):
    filled = Variables(Problems(), values).fill(SourceText(Path("x"), text))
    written = text.split("\n")
    at = 0
    for line, content in enumerate(filled.text.split("\n"), start=1):
        for column in range(1, len(content) + 1):
            span = filled.span(Span(line, column, 1))
            assert 1 <= span.line <= len(written)
            assert 1 <= span.column <= max(1, len(written[span.line - 1]))
            inside = any(piece.start <= at + column - 1 < piece.end for piece in filled.pieces)
            if not inside:
                assert written[span.line - 1][span.column - 1] == content[column - 1]
        at += len(content) + 1


def test_a_stretch_ends_with_its_line():
    assert SourceText(Path("x"), "ab\ncd").span(1, 5) == Span(1, 2, 1)
    assert SourceText(Path("x"), "ab\ncd").span(3, 5) == Span(2, 1, 2)
