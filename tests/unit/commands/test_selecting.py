"""`--tag`, `-k`, `--lf`, `--ff` and names that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

PASSING = """\
scenario: {name}
tags: {tags}
project: {{sinks: {{a: {{}}}}}}
given: {{source: {{lines: 3}}}}
when: [{{run: wparse batch}}]
then: {{sinks: {{a: {{lines: {lines}}}}}}}
"""
MATRIX = """\
scenario: many
tags: [quick, matrix]
matrix: {lines: [1, 2, 12], way: [KILL, TERM]}
project: {sinks: {a: {}}}
given: {source: {lines: "${{ matrix.lines }}"}}
when: [{run: wparse batch}]
limit: ${{ 1 if matrix.way == 'KILL' else 2 }}h
"""


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    def write(name: str, tags: str, lines: int = 3) -> None:
        (tmp_path / f"{name}.wptest.yaml").write_text(PASSING.format(name=name, tags=tags, lines=lines))

    write("alpha", "[quick]")
    write("beta", "[slow, kill]", lines=4)
    write("gamma", "[slow]")
    (tmp_path / "many.wptest.yaml").write_text(MATRIX)
    return tmp_path


def _ran(out: str) -> list[str]:
    return [line.split()[1] for line in out.partition("\n\n")[0].splitlines()]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--tag", "slow"], ["beta", "gamma"]),
        (["--tag", "kill,quick", "-k", "not many"], ["alpha", "beta"]),
        (["--tag", "slow", "--tag", "!kill"], ["gamma"]),
        (["--tag", "not slow", "-k", "not matrix"], ["alpha"]),
        (["-k", "alpha or gamma.wptest"], ["alpha", "gamma"]),
        (["-k", "lines=1 and KILL"], ["many::lines=1,way=KILL", "many::lines=12,way=KILL"]),
        (["-k", "lines-2 and way-kill"], ["many::lines=2,way=KILL"]),
        (["--tag", "matrix", "--shard", "2/3"], ["many::lines=1,way=TERM", "many::lines=12,way=KILL"]),
    ],
    ids=" ".join,
)
def test_run_runs_what_is_selected(scenarios, call, arguments: list[str], names: list[str]) -> None:
    assert _ran(call("run", ".", *arguments).out) == names


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--tag", "slwo"],
            ["none of 9 variants is selected by --tag 'slwo'", "did you mean 'slow'?", "quick (2)"],
        ),
        (["-k", "KILLL"], ["no name has 'KILLL' in it; did you mean 'KILL'", "there are: alpha, beta,"]),
        (["--tag", "slow", "-k", "alpha"], ["selected by --tag 'slow' -k 'alpha'"]),
        (["-k", "a and"], ["'a and': it ends at column 6, where a word, 'not' or '(' was expected"]),
        (["--tag", "a,"], ["a tag is missing in 'a,'"]),
        (["--tag", "matrix", "--shard", "1/7"], ["7 shards are too many for 6 variants"]),
    ],
    ids=" ".join,
)
def test_nothing_selected_is_wrong_usage_and_says_what_there_is(scenarios, call, arguments, said) -> None:
    called = call("run", ".", *arguments)

    assert called.code == 4
    assert [text for text in said if text not in called.err] == []


def test_a_tag_that_nothing_has_is_told_where_it_leaves_something_out_of_nothing(scenarios, call) -> None:
    called = call("run", ".", "--tag", "!slwo", "-k", "alpha")

    assert called.code == 0
    assert called.err.startswith("note: no scenario here has the tag 'slwo'; did you mean 'slow'?\n")


def test_a_file_with_mistakes_is_never_left_out(scenarios, call) -> None:
    (scenarios / "wrong.wptest.yaml").write_text("scenario: Wrong\ntags: [slow]\nproject: 5\n")

    called = call("run", ".", "-k", "alpha")

    assert called.code == 5
    assert "wrong.wptest.yaml:1:11" in called.out
    assert "the key 'when' is missing" in called.out  # what an outline doesn't look at as well


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            "many.wptest.yaml::mny",
            ["there is no scenario 'mny' in many.wptest.yaml\ndid you mean 'many'", "it has: many"],
        ),
        ("many.wptest.yaml::xxx", ["there is no scenario 'xxx' in many.wptest.yaml\nit has: many\n"]),
        (
            "many.wptest.yaml::many::lines=2",
            ["has no variant 'lines=2'\ndid you mean 'lines=2,way=KILL' or 'lines=2,way=TERM'?\nit has: lines=1,"],
        ),
        ("many.wptest.yaml::lines=12,way=TERM", ["did you mean 'many::lines=12,way=TERM'?"]),
        ("alpha.wptest.yaml::alpha::x", ["the scenario 'alpha' of alpha.wptest.yaml has no variants"]),
    ],
)
@pytest.mark.parametrize("command", ["run", "timeline", "explain", "expand", "check"])
def test_a_name_that_is_not_there_is_told_with_the_nearest(scenarios, call, command, target, said) -> None:
    called = call(command, target)

    assert called.code == 4
    assert [text for text in said if text not in called.err] == []


def test_a_command_that_is_not_there_is_told_with_the_nearest(call) -> None:
    assert "there is no command 'rum'; did you mean 'run'?" in call("rum", ".").err
    assert "there is no command 'zzz'; there is: run, watch, check," in call("zzz").err


@pytest.mark.parametrize("word", ["alpha.wptest.yaml", "a/b.yml::alpha", "."])
def test_a_path_without_a_command_is_to_be_run(call, word) -> None:
    wanted = f"there is no command before '{word}'; did you mean 'wptest run {word} -j 2'?"
    assert wanted in call(word, "-j", "2").err


def test_values_that_no_variant_has_are_told_with_those_of_their_axes(scenarios, call) -> None:
    told = call("run", "many.wptest.yaml::many::lines=3,way=TERM").err.splitlines()
    both = call("run", "many.wptest.yaml::many::lines=3,way=QUIT").err.splitlines()

    assert "'lines' is one of: 1, 2, 12" in told
    assert not any(line.startswith("'way'") for line in told)
    assert {"'lines' is one of: 1, 2, 12", "'way' is one of: KILL, TERM"} <= set(both)
