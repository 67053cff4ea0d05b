"""Recordings that somebody else has made: what isn't whole is told with its place, nothing reaches out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.recordings import DATA, compact, engine_player, program_player
from tests.recordings.__main__ import PROFILE, judged, main
from wptest.recordings.case import Case, TakenStep
from wptest.recordings.played import PlayedCase
from wptest.recordings.whole_cases import NoCaseError, cases_in
from wptest.recordings.writing import write_case

STEPS = "steps:\n- run: wproj check\n  name: first\n- look: end\n"
RUNS = "runs:\n- programs:\n  - {label: first, command: wproj check, exit: 0}\n  looks: {end: {}}\n"
PLAYERS = pytest.mark.parametrize("play", [engine_player.play, program_player.play])
(WHOLE,) = cases_in(DATA / "33-wparse-command-line.yaml")

OUTSIDE: dict[str, Any] = {
    "write": {"path": "{}", "lines": 1},
    "touch": "{}",
    "mkdir": "{}",
    "remove": "{}",
    "chmod": {"{}": "0600"},
    "tmpfs": {"path": "{}", "size": "32k"},
    "resize": {"path": "{}", "size": "32k"},
    "fifo": "{}",
    "wait_lines": {"path": "{}", "lines": 1},
    "wait_gone": "{}",
    "wait_there": "{}",
    "watch": "{}",
    "run": "wprescue batch --work-root={}",
    "start": "wprescue batch --work-root {}",
}
MOVES = [
    ("move", {"from": "{}", "to": "a"}),
    ("move", {"from": "a", "to": "{}"}),
    ("read_fifo", {"fifo": "{}", "into": "a"}),
    ("read_fifo", {"fifo": "a", "into": "{}"}),
]


def folder(path: Path, *, steps: str = STEPS, runs: str = RUNS, case: str = "a") -> Path:
    """A case as a folder, whose project is one file."""
    (path / "project/conf").mkdir(parents=True)
    (path / "project/conf/wparse.toml").write_text('version = "1.0"\n')
    (path / "case.yaml").write_text(f"case: {case}\ntitle: A\n{steps}")
    (path / "seen.yaml").write_text(runs)
    return path


def put(given: Any, path: str) -> Any:
    """What a step is given, with a path in its place."""
    if isinstance(given, dict):
        return {put(key, path): put(value, path) for key, value in given.items()}
    return given.replace("{}", path) if isinstance(given, str) else given


class TestOutside:
    @PLAYERS
    @pytest.mark.parametrize(("word", "given"), [*OUTSIDE.items(), *MOVES])
    @pytest.mark.parametrize("path", ["../gone.dat", "a-1/../../gone.dat", "**/../gone.dat", "{tmp}/gone.dat"])
    def test_no_step_reaches_out_of_the_run(
        self, play: Callable[[Case, str], PlayedCase], word: str, given: Any, path: str, tmp_path: Path
    ) -> None:
        path = path.replace("{tmp}", str(tmp_path))
        step = {word: put(given, path)}
        case = folder(tmp_path / "case", steps=yaml.safe_dump({"steps": [step]}))
        with pytest.raises(
            NoCaseError, match=r"case\.yaml:\d+:\d+: '.*gone.dat' leads out of the directory of the run"
        ):
            cases_in(case)
        verdict = judged(replace(WHOLE, steps=(TakenStep(word, step[word]),)), play)
        assert f"'{path}' leads out of the directory of the run" in verdict.unplayed
        assert [each.name for each in tmp_path.iterdir()] == ["case"]

    @PLAYERS
    @pytest.mark.parametrize("path", ["../x.toml", "/x.toml", "conf/../../x.toml", ""])
    def test_no_file_of_the_project_does(
        self, play: Callable[[Case, str], PlayedCase], path: str, tmp_path: Path
    ) -> None:
        (tmp_path / "project.yaml").write_text("conf/wparse.toml: ''\n")
        told = f"case: a\ntitle: A\nproject: {{'{path}': text}}\n{STEPS}{RUNS}"
        (tmp_path / "a.yaml").write_text(told)
        with pytest.raises(NoCaseError, match=r"a\.yaml:3:\d+: '.*' (leads out|is the directory of the run)"):
            cases_in(tmp_path)
        assert judged(replace(WHOLE, project={path: "text"}), play).unplayed

    @PLAYERS
    def test_no_look_does(self, play: Callable[[Case, str], PlayedCase], tmp_path: Path) -> None:
        runs = RUNS.replace("{}", "{../elsewhere/a.dat: {lines: 1}}")
        with pytest.raises(NoCaseError, match=r"seen\.yaml:4:\d+: '\.\./elsewhere/a\.dat' leads out"):
            cases_in(folder(tmp_path / "case", runs=runs))
        seen = ({"programs": [], "looks": {"end": {"../elsewhere/a.dat": {"lines": 1}}}},)
        assert "leads out" in judged(replace(WHOLE, runs=seen), play).unplayed

    @pytest.mark.parametrize("link", ["project/conf/other.toml", "project/conf/other", "project"])
    def test_a_link_in_the_project_is_refused(self, link: str, tmp_path: Path) -> None:
        case = folder(tmp_path / "case")
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "secret.toml").write_text("of = 'somebody'\n")
        if link == "project":
            (case / "project").rename(tmp_path / "moved")
        (case / link).symlink_to(elsewhere / "secret.toml" if link.endswith(".toml") else elsewhere)
        with pytest.raises(NoCaseError, match=rf"{link}: it is a symbolic link") as refused:
            cases_in(case)
        assert "somebody" not in str(refused.value)

    @PLAYERS
    @pytest.mark.parametrize("command", ["touch made", "/bin/touch made", "./touch made"])
    def test_no_other_program_is_started(self, play: Callable[[Case, str], PlayedCase], command: str) -> None:
        verdict = judged(replace(WHOLE, steps=(TakenStep("run", command),)), play)
        program = command.split(maxsplit=1)[0]
        assert verdict.unplayed.startswith(f"the program '{program}': one of wparse, wprescue,")

    def test_the_name_of_a_case_is_one_of_a_file(self, tmp_path: Path) -> None:
        with pytest.raises(NoCaseError, match=r"case\.yaml:1:7: '\.\./b' is no name of a file"):
            cases_in(folder(tmp_path / "case", case="../b"))


BROKEN = {
    "steps: 5\n": "case.yaml:3:8: 5 stands where a list of steps was expected",
    "step: []\n": "case.yaml:3:7: 'steps' is missing: is 'step' meant to be it?",
    "steps: [5]\n": "case.yaml:3:9: 5 stands where a step such as 'run: wparse batch' was expected",
    "steps: [{name: a}]\n": "case.yaml:3:9: one step was expected, not none",
    "steps: [{look: a, wait: 1}]\n": "case.yaml:3:9: one step was expected, not look and wait",
    "steps: [{wait: soon}]\n": "case.yaml:3:16: 'soon' stands where a number of 0 or more was expected",
    "steps: [{run: wparse, timeout: long}]\n": "case.yaml:3:32: 'long' stands where a number",
    "steps: [{write: {path: a}}]\n": "case.yaml:3:17: 'lines' or 'bytes' is missing",
    "steps:\n- write: {path: a, lines: many}\n": "case.yaml:4:27: 'many' stands where a whole number",
    "steps: [{chmod: {a: rwx}}]\n": "case.yaml:3:21: 'rwx' stands where permissions such as",
    "steps: [{tmpfs: {path: a, size: big}}]\n": "case.yaml:3:33: 'big' stands where a size such as",
    "steps: [\n": "case.yaml:4:1: it is no YAML",
    "steps: \xff\n": "case.yaml: it is no YAML",
}
BROKEN_SEEN = {
    "": "seen.yaml: nothing stands where a mapping with 'runs' was expected",
    "ruins: []\n": "seen.yaml:1:8: 'runs' is missing: is 'ruins' meant to be it?",
    "runs: [{looks: {}}]\n": "seen.yaml:1:8: 'programs' is no list",
    "runs: [{programs: [], looks: {end: 3}}]\n": "seen.yaml:1:30: 'looks' has not",
    "runs: [{programs: [], looks: {}}, {programs: [{label: a}], looks: {}}]\n": "seen.yaml:1:7: runs of 0 and 1",
    "runs: [{programs: [{label: a, seconds: long}], looks: {}}]\n": "seen.yaml:1:40: 'long' stands where a number",
}


class TestBroken:
    @pytest.mark.parametrize(("steps", "told"), BROKEN.items())
    def test_steps_are_told_with_their_place(self, steps: str, told: str, tmp_path: Path) -> None:
        case = folder(tmp_path / "case", steps="steps: []\n")
        (case / "case.yaml").write_bytes(f"case: a\ntitle: A\n{steps}".encode("latin-1"))
        with pytest.raises(NoCaseError) as error:
            cases_in(case)
        assert told in str(error.value)
        assert "byte string" not in str(error.value)

    @pytest.mark.parametrize(("runs", "told"), BROKEN_SEEN.items())
    def test_what_was_seen_is_told_with_its_place(self, runs: str, told: str, tmp_path: Path) -> None:
        with pytest.raises(NoCaseError) as error:
            cases_in(folder(tmp_path / "case", runs=runs))
        assert told in str(error.value)

    def test_all_that_is_wrong_is_told_at_once(self, tmp_path: Path) -> None:
        case = folder(tmp_path / "case", steps="steps: [{wait: a}, {wait: b}]\n", runs="")
        (case / "project/conf/wparse.toml").unlink()
        (case / "project/conf").rmdir()
        (case / "project").rmdir()
        with pytest.raises(NoCaseError) as error:
            cases_in(case)
        assert [line.partition(": ")[0].rpartition("/")[2] for line in str(error.value).splitlines()] == [
            "case.yaml:3:16",
            "case.yaml:3:27",
            "seen.yaml",
            "project",
        ]

    def test_the_others_are_played(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        folder(tmp_path / "a", case="a")
        folder(tmp_path / "b", case="b", runs="")
        file = folder(tmp_path / "c", case="c") / "project/conf/wparse.toml"
        file.write_bytes(b"\xff")
        assert main([str(tmp_path), "-v", "--json", str(tmp_path / "told.json")]) == 4
        printed = capsys.readouterr()
        rows = [line.split()[:2] for line in printed.out.splitlines() if not line.startswith(" ")]
        assert [row for row in rows[:-1] if row[0] != "no"] == [["DIFFERS", "a"]]
        assert f"no case     b\n            {tmp_path}/b/seen.yaml: nothing stands" in printed.out
        assert f"no case     c\n            {file}: it is no text in UTF-8, at byte 0\n" in printed.out
        assert printed.err == ""
        assert (tmp_path / "told.json").read_text().count('"verdict": "no case"') == 2

    def test_a_case_with_doubts_proves_nothing_where_it_differs(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        case = folder(tmp_path / "cases/a", steps=f"doubts: [the kill came late]\n{STEPS}")
        assert main([str(tmp_path / "cases")]) == 0
        printed = capsys.readouterr().out
        assert printed.startswith("can't tell  a\n            the kill came late\n            ")
        assert printed.endswith("0 of 1 agree\n")
        (read,) = cases_in(case)
        write_case(tmp_path / "again", read, {})
        compact.main(tmp_path / "cases", tmp_path / "files")
        assert cases_in(tmp_path / "again") == cases_in(tmp_path / "files") == [read]
        (case / "case.yaml").write_text(f"case: a\ntitle: A\ndoubts: late\n{STEPS}")
        assert main([str(tmp_path / "cases")]) == 4
        assert "case.yaml:3:9: 'late' stands where a list of texts was expected" in capsys.readouterr().out

    def test_what_can_not_be_compared_keeps_no_other_from_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder(tmp_path / "a", runs=RUNS.replace("exit: 0", "exit: 0, output: 5"))
        folder(tmp_path / "b", case="b")
        assert main([str(tmp_path)]) == 1
        rows = [line.split()[:2] for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
        assert rows[:2] == [["BROKEN", "a:"], ["DIFFERS", "b"]]

    def test_a_project_that_can_not_be_loaded_is_told_where_the_case_differs(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder(tmp_path / "a")
        (tmp_path / "a/project/conf/wparse.toml").write_text("version = \n")
        assert main([str(tmp_path), "--behaviour", PROFILE]) == 1
        assert "            project/conf/wparse.toml:1:1" in capsys.readouterr().out
