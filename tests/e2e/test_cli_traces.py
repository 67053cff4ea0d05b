"""`wptest traces`: what is kept, and what is told of a scenario that does something else now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import wptest

SCENARIO = """
scenario: s
matrix: {lines: [1, 2]}
project: {sinks: {a: {}}}
given: {source: {lines: "${{ matrix.lines }}"}}
when:
  - run: wparse batch
"""


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    (tmp_path / "s.wptest.yaml").write_text(SCENARIO)
    done = wptest(tmp_path, "traces", ".", "--update")
    assert done.returncode == 0, done.stderr
    return tmp_path


@pytest.mark.slow
def test_what_does_the_same_is_as_it_was_in_any_number_of_processes(kept: Path) -> None:
    for workers in ("1", "2"):
        done = wptest(kept, "traces", ".", "-n", workers)

        assert (done.returncode, done.stdout) == (0, "reference: 2 traces as they were, 0 not\n")


def test_the_file_has_a_line_for_each_variant(kept: Path) -> None:
    text = (kept / "traces.json").read_text()

    assert [line.split('"')[1] for line in text.splitlines()[1:-1]] == [
        "s.wptest.yaml::s::lines=1",
        "s.wptest.yaml::s::lines=2",
    ]
    (reference,) = json.loads(text)
    assert reference["of"]["s.wptest.yaml::s::lines=2"]["outcome"] == "passed"


@pytest.mark.slow
def test_what_does_something_else_is_told_by_what_differs_and_kept_only_when_that_is_asked(kept: Path) -> None:
    more = "  - at: 2s\n    run: wproj check\nthen: {sinks: {a: {lines: 1}}}\n"
    (kept / "s.wptest.yaml").write_text(SCENARIO + more)

    changed = wptest(kept, "traces", ".")

    assert changed.returncode == 1
    first, second = changed.stdout.split("changed  ")[1:]
    assert first.startswith("s.wptest.yaml::s::lines=1\n         ")
    assert "program.started 1 -> 2" in first
    assert ", ends " in first
    assert "-> 2s" in first
    assert "outcome" not in first
    assert "outcome passed -> failed, findings none -> WPT-R0" in second
    assert "reference: 0 traces as they were, 2 not" in second
    assert wptest(kept, "traces", ".").stdout == changed.stdout
    assert wptest(kept, "traces", ".", "--update").returncode == 0
    assert wptest(kept, "traces", ".").returncode == 0


def test_the_same_events_at_other_times_are_a_change(kept: Path) -> None:
    path = kept / "traces.json"
    path.write_text(path.read_text().replace('"hash": "', '"hash": "0'))

    done = wptest(kept, "traces", ".", "-x")

    assert done.returncode == 1
    assert "the same events, in another order, at other times, or of other things" in done.stdout
    assert "0 traces as they were, 1 not" in done.stdout, "it stops at the first"


@pytest.mark.slow
def test_what_is_gone_differs_and_what_is_new_or_not_selected_does_not(kept: Path) -> None:
    (kept / "s.wptest.yaml").write_text(SCENARIO.replace("[1, 2]", "[2, 3]"))

    done = wptest(kept, "traces", ".")
    selected = wptest(kept, "traces", ".", "-k", "lines=2")

    assert done.returncode == 1
    assert done.stdout.splitlines()[:2] == [
        "gone     s.wptest.yaml::s::lines=1",
        "reference: 1 trace as it was, 1 not, and 1 had none",
    ]
    assert "reference: 1 trace as it was, 1 not\n" in selected.stdout
    assert wptest(kept, "traces", ".", "--update").returncode == 0
    assert wptest(kept, "traces", ".").stdout == "reference: 2 traces as they were, 0 not\n"


@pytest.mark.slow
def test_other_behaviours_and_seeds_are_kept_beside_the_reference(kept: Path) -> None:
    other = ("--behaviour", "usr1=kills", "--seed", "3")

    missing = wptest(kept, "traces", ".", *other)
    added = wptest(kept, "traces", ".", *other, "--update")
    all_of_them = wptest(kept, "traces", ".")

    assert missing.returncode == 4
    assert "there are no traces of usr1=kills seed 3 in traces.json\n--update keeps" in missing.stderr
    assert added.returncode == 0
    assert all_of_them.returncode == 0
    assert all_of_them.stdout.splitlines() == [
        "reference: 2 traces as they were, 0 not",
        "usr1=kills seed 3: 2 traces as they were, 0 not",
    ]
    assert wptest(kept, "traces", ".", *other).stdout == all_of_them.stdout.splitlines(keepends=True)[1]


ENDLESS = """
import wptest

@wptest.sink
class Endless:
    def __init__(self, path: str): pass
    def write(self, lines):
        while True: pass
"""


@pytest.mark.slow
def test_what_real_time_ends_is_not_compared_and_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(ENDLESS)
    (tmp_path / "s.wptest.yaml").write_text(SCENARIO.replace("a: {}", "a: {endless: {}}"))
    ended = ("traces", ".", "--timeout", "300ms")

    assert wptest(tmp_path, *ended, "--update").returncode == 0
    done = wptest(tmp_path, *ended, "--seed", "0")

    assert json.loads((tmp_path / "traces.json").read_text())[0]["of"] == {}
    assert done.returncode == 2
    assert "0 traces as they were, 0 not, and 2 ended by --timeout" in done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[{", "traces.json:1:3: "),
        ("[{}]", "not of this version"),
        ("[1]", "not of this version"),
        ('[{"behaviour": [], "seed": true, "of": {}}]', "0.seed: Input should be a valid integer"),
        ('[{"behaviour": [], "seed": 0, "of": {"a": {"outcome": "passed", "ends": "soon"}}}]', "0.of.a.ends: "),
        ('[{"behaviour": [], "seed": 0, "of": {}}, {"behaviour": [], "seed": 0, "of": {}}]', "reference twice"),
        ('[{"behaviour": [], "seed": 0, "of": {}, "off": {}}]', "0.off: "),
    ],
)
def test_a_file_that_is_none_is_told_with_its_place(kept: Path, text: str, said: str) -> None:
    (kept / "traces.json").write_text(text)

    done = wptest(kept, "traces", ".", "--update")

    assert done.returncode == 4
    assert said in done.stderr
    assert "make it anew with --update" in done.stderr


def test_wrong_usage_and_files_with_mistakes_are_told(kept: Path) -> None:
    no_directory = wptest(kept, "traces", "s.wptest.yaml")
    (kept / "t.wptest.yaml").write_text("scenario: t\nproject: {}\nwhen: [{rnu: wparse batch}]\n")
    mistaken = wptest(kept, "traces", ".")

    assert no_directory.returncode == 4
    assert "'s.wptest.yaml' is no directory" in no_directory.stderr
    assert mistaken.returncode == 5
    assert "t.wptest.yaml:3:" in mistaken.stdout


def test_only_another_verdict_is_a_difference_where_that_is_asked(kept: Path) -> None:
    more = "  - at: 2s\n    run: wproj check\nthen: {sinks: {a: {lines: 1}}}\n"
    (kept / "s.wptest.yaml").write_text(SCENARIO + more)

    changed = wptest(kept, "traces", ".", "--judged")

    assert changed.returncode == 1
    (told,) = changed.stdout.split("changed  ")[1:]
    assert told.startswith("s.wptest.yaml::s::lines=2\n         ")
    assert "outcome passed -> failed, findings none -> WPT-R0" in told
    assert "reference: 1 trace as it was, 1 not" in told


def test_a_part_of_a_trace_is_not_kept(kept: Path) -> None:
    done = wptest(kept, "traces", ".", "--judged", "--update")

    assert done.returncode == 4
    assert "--judged looks at a part of a trace, and --update keeps all of it" in done.stderr
