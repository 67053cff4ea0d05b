"""Every bad input gives a located mistake: what it says, and the very text that its carets stand under."""

from __future__ import annotations

from pathlib import Path

import pytest
from broken_corpus import CASES, mistakes_in, shown

from wptest.judge.invariants import INVARIANT_NAMES
from wptest.scenario.load import load_file
from wptest.scenario.places import where_it_belongs
from wptest.scenario.scenario import Scenario
from wptest.text.codes import Code
from wptest.text.scenario_source import InvalidScenario
from wptest.text.slips_block import SECTIONS

HEAD = """\
scenario: s
project: {sinks: {a: {type: test_rescue, phases: [up 1s, down 1s]}, b: {}}}
"""
DAEMON = HEAD + "when:\n  - start: wparse daemon\n"


# Their messages say all there is to say.
SELF_EXPLAINING = {
    "yaml: a list for a scenario",
    "yaml: text for a scenario",
    "matrix: the title uses the matrix",
    "when: an unknown option",
    "when: an option of another mode of the program",
    "when: two formats of one output",
    "when: a path that leaves the project in a command",
    "when: no mode",
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    # Some messages name the directory.
    path = tmp_path / "scenarios"
    path.mkdir()
    return path


@pytest.mark.parametrize("name", CASES)
def test_a_broken_scenario_is_told_letter_by_letter(directory, name):
    case = CASES[name]

    assert shown(case.text, directory) == case.shown


@pytest.mark.parametrize("name", CASES)
def test_one_mistake_is_told_once_and_in_one_line(directory, name):
    (told,) = mistakes_in(CASES[name].text, directory)

    assert "\n" not in told.message + (told.expected or "") + (told.help or "")
    assert told.line > 0
    assert told.column - 1 <= len(told.source_line)


def test_nearly_every_mistake_comes_with_what_was_expected_or_may_help():
    silent = {
        name for name, case in CASES.items() if " = expected: " not in case.shown and " = help: " not in case.shown
    }

    assert silent <= SELF_EXPLAINING


def test_the_corpus_is_large():
    assert len(CASES) >= 80


class TestFilesAsAWhole:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", Code.EMPTY),
            (b" \n\n", Code.EMPTY),
            (b"# only a comment\n", Code.EMPTY),
            (b"scenario: \x00\n", Code.BINARY),
            (b"scenario: \xff\xfe\n", Code.BINARY),
            (b"#" * 10_000_001, Code.TOO_LARGE),
        ],
    )
    def test_a_file_that_holds_no_text_is_told_without_a_line(self, tmp_path: Path, data, code):
        path = tmp_path / "s.wptest.yaml"
        path.write_bytes(data)

        with pytest.raises(InvalidScenario) as caught:
            load_file(path)

        assert [(told.code, told.line) for told in caught.value.diagnostics] == [(code, 0)]
        assert "s.wptest.yaml" in str(caught.value)

    def test_a_missing_file_is_a_mistake_and_not_a_crash(self, tmp_path: Path):
        with pytest.raises(InvalidScenario, match="no such file"):
            load_file(tmp_path / "none.wptest.yaml")


class TestSeveralMistakes:
    def test_all_are_told_in_one_go_and_none_twice(self, mistakes):
        found = mistakes(
            DAEMON.replace("scenario: s", "scenario: s\ntitel: x")
            + "  - at: -1s\n    kill: wparse\n"
            + "  - {run: wprescue work, kill: wparse}\n"
            + "  - signal: {wprase: TERM}\n"
            + "then:\n  sinks: {c: {lines: '> x'}}\n  must_happen: [nothing.known]\n"
        )

        assert [told.message for told in found] == [
            "unknown key 'titel'",
            "a duration can't be negative: '-1s'",
            "a step has exactly one action, this one has two: run, kill",
            "unknown process 'wprase'",
            "unknown sink 'c'",
            "'x' is not a whole number",
            "unknown event 'nothing.known'",
        ]

    def test_those_of_every_document_are_told(self, mistakes):
        other = DAEMON.replace("scenario: s", "scenario: t")

        found = mistakes(f"{DAEMON}limit: 1\n---\n{other}limit: 2\n")

        assert [(told.line, told.message) for told in found] == [
            (5, "the number 1 has no unit"),
            (11, "the number 2 has no unit"),
        ]

    def test_one_that_all_variants_have_is_told_once(self, mistakes):
        found = mistakes(
            DAEMON + "limit: 5x\nmatrix: {n: [1, 2, 3]}\ngiven: {source: {lines: '${{ matrix.n }}'}}\n"
        )

        assert [(told.message, told.help) for told in found] == [("'5x' is not a duration", None)]

    def test_one_that_only_some_variants_have_names_the_first(self, mistakes):
        found = mistakes(DAEMON + "limit: ${{ matrix.n }}\nmatrix: {n: [1s, 2x]}\n")

        assert [(told.message, told.help) for told in found] == [
            ("'2x' is not a duration, and ${{ matrix.n }} gives it", "in the variant n=2x")
        ]

    def test_a_wrong_step_makes_no_later_step_wrong(self, mistakes):
        found = mistakes(HEAD + "when:\n  - start: wparse deamon\n  - kill: wparse\n")

        assert [told.code for told in found] == [Code.COMMAND]

    def test_a_wrong_sink_makes_no_mention_of_it_wrong(self, mistakes):
        found = mistakes(DAEMON.replace("b: {}", "b: 5") + "then: {sinks: {b: {lines: 1}}}\n")

        assert [told.message for told in found] == ["the number 5 can't stand here"]


class TestProjectDirectories:
    @pytest.fixture
    def project(self, tmp_path: Path) -> Path:
        conf = tmp_path / "broken" / "conf" / "wparse.toml"
        conf.parent.mkdir(parents=True)
        conf.write_text('version = "1.0"\nspeed_limit = = 5\n', encoding="utf-8")
        return tmp_path

    def test_a_toml_syntax_error_stands_in_its_own_file(self, project: Path, mistakes):
        found = mistakes("scenario: s\nproject: broken\nwhen: [{run: wparse batch}]\n")

        told = next(each for each in found if each.path.name == "wparse.toml")
        assert (told.path, told.line, told.code) == (project / "broken/conf/wparse.toml", 2, Code.PROJECT)
        assert told.source_line == "speed_limit = = 5"

    def test_a_link_that_leaves_the_directory_is_refused(self, tmp_path: Path, tmp_path_factory, mistakes):
        (tmp_path / "link").symlink_to(tmp_path_factory.mktemp("outside"), target_is_directory=True)

        found = mistakes("scenario: s\nproject: link\nwhen: [{run: wparse batch}]\n")

        assert [told.code for told in found] == [Code.OUTSIDE]

    def test_a_file_is_no_project(self, mistakes):
        found = mistakes("scenario: s\nproject: s.wptest.yaml\nwhen: [{run: wparse batch}]\n")

        assert "is not a directory" in found[0].message


@pytest.mark.parametrize("name", sorted({*INVARIANT_NAMES, "nothing_stuck"}))
def test_an_invariant_is_known_as_one_that_every_run_checks(directory, name):
    path = directory / "s.wptest.yaml"
    path.write_text(f"{DAEMON}then:\n  {name}: true\n")

    with pytest.raises(InvalidScenario) as caught:
        load_file(path)

    (problem,) = caught.value.diagnostics
    assert problem.help == "it is an invariant: every run checks it, so take it out"


def test_keys_of_the_top_level_are_those_that_stand_nowhere_else() -> None:
    told = {key: where_it_belongs(key, ("when", 0, "upon", "sink")) for key in Scenario.key_names()}

    assert {key for key in told if told[key] == f"'{key}' stands at the top level"} == set(SECTIONS)


@pytest.mark.parametrize(
    "said",
    ["ledger: {}", "rescue: {}", "sinks: {}", "sinks: {a: {}}", "sinks: {a: {content: {}}}", "log: {wparse: {}}",
     "must_happen: []", "exit: {}"],
)  # fmt: skip
def test_an_expectation_that_says_nothing_is_a_mistake_and_an_empty_checkpoint_is_none(directory, said):
    path = directory / "s.wptest.yaml"
    for then, is_wrong in ((said, True), ("checkpoint: {}", False)):
        path.write_text(f"{DAEMON}then: {{{then}}}\n".replace("access_log", "a"))
        if is_wrong:
            with pytest.raises(InvalidScenario, match="nothing is expected here"):
                load_file(path)
        else:
            load_file(path)
