"""The player and the comparison of recordings, and the cases on which engine and real programs agree by now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.recordings import DATA, compact, engine_player, program_player
from tests.recordings.__main__ import PROFILE, judged, main
from tests.recordings.written import content
from wptest.recordings.case import Case, TakenStep
from wptest.recordings.comparing import disagreements
from wptest.recordings.looks import as_told, facts_of, look
from wptest.recordings.played import PlayedCase, PlayedProgram
from wptest.recordings.whole_cases import NoCaseError, cases_in

CASES = {case.name: case for case in cases_in(DATA)}
AGREEING = (
    "01-outage-of-one-sink",
    "01b-outage-by-wpgen",
    "01c-long-outage-daemon",
    "01d-stop-of-an-untouched-sink",
    "03-three-files-newest-first",
    "03b-same-second-two-files",
    "04-int-stop-in-the-middle",
    "04-late-stop-between-files",
    "04-quit-stop-in-the-middle",
    "04-short-stop-in-a-short-file",
    "04-term-stop-in-the-middle",
    "05-hup-wprescue-signal",
    "05-int-wparse-signal-in-an-outage",
    "05-pipe-wprescue-signal",
    "05-term-wparse-signal-in-an-outage",
    "05-usr1-wprescue-signal",
    "05-usr2-wprescue-signal",
    "06b-kill-twice-in-a-replay",
    "07-kill-in-an-outage",
    "08-unknown-sink-beside-good-files",
    "08b-unknown-sink-oldest",
    "09-2b-odd-name-alone",
    "09-3b-odd-name-alone",
    "09-5a-odd-name-beside-a-good-file",
    "09-5b-odd-name-alone",
    "09-6b-odd-name-alone",
    "09-7a-odd-name-beside-a-good-file",
    "11a-two-groups-unnamed-sinks",
    "11b-two-groups-one-fails",
    "12b-siblings-prepared",
    "13a-miss-sink-fails",
    "14-blank-lines-poison-line",
    "14-crlf-poison-line",
    "14-kind-unknown-poison-line",
    "14-no-newline-at-end-poison-line",
    "14-non-utf8-poison-line",
    "14-oops-poison-line",
    "14-torn-last-line-poison-line",
    "14-version-9-poison-line",
    "14h-outage-of-records-with-a-hex-field",
    "14i-outage-of-records-with-other-fields",
    "14r-record-record-entries",
    "14r-record-with-hex-record-entries",
    "14r-record-with-null-float-record-entries",
    "15a-slow-target-in-a-replay",
    "15b-no-limit-in-a-replay",
    "15d-limit-of-ten-thousand",
    "16-kill-when-the-file-is-gone",
    "17-two-processes-in-one-second",
    "18-array-checkpoint-before-the-start",
    "18-empty-checkpoint-before-the-start",
    "18-empty-object-checkpoint-before-the-start",
    "18-of-a-file-that-is-gone-checkpoint-before-the-start",
    "18-place-where-the-checkpoint-is",
    "18-stale-count-checkpoint-before-the-start",
    "19-test-rescue-in-wprescue",
    "20a-two-groups-fail-at-once",
    "21b-tcp-peer-not-there-at-start",
    "22a-rescue-directory-read-only",
    "22b-rescue-on-a-full-disk",
    "22c-target-on-a-full-disk-in-replay",
    "22e-rescue-directory-read-only-late",
    "22f-rescue-file-read-only-in-replay",
    "22h-checkpoint-cant-be-written",
    "22i-checkpoint-directory-missing",
    "22k-target-disk-full-for-3s",
    "22l-target-on-a-full-disk-in-replay-synced",
    "23b-target-directory-read-only",
    "23c-target-is-a-directory",
    "23e-target-read-only-later",
    "24-debug-robust-mode",
    "24-option-robust-option",
    "24-strict-robust-mode",
    "25-two-wprescue-at-once",
    "26-missing-rescue-directory",
    "26b-rescue-root-elsewhere",
    "28-0-speed-limit",
    "28-10-speed-limit",
    "28-1000-speed-limit",
    "28-1000000-speed-limit",
    "28g-1000-growth-in-a-replay",
    "28g-10000-growth-in-a-replay",
    "28w-100-speed-of-wparse",
    "28w-1000-speed-of-wparse",
    "28w-500-speed-of-wparse",
    "28w-5000-speed-of-wparse",
    "30-01-ratio-right-validate",
    "30-02-ratio-at-the-edge-validate",
    "30-04-min-samples-validate",
    "30-05-nothing-there-validate",
    "30-07-mode-panic-validate",
    "30-08-mode-unknown-validate",
    "30-10-mdl-validate",
    "30-11-others-max-validate",
    "30-13-no-newline-empty-missing-validate",
    "30-14-duplicates-hide-losses-validate",
    "30-16-defaults-validate",
    "30-17-lines-in-rescue-validate",
    "30-19-ratio-and-min-validate",
    "30-20-group-min-samples-by-group-validate",
    "30-22-no-tol-validate",
    "30-23-rescue-sink-type-validate",
    "31-data-clean",
    "31b-rescue-stat",
    "32-rerun-of-wparse",
    "33-daemon-wprescue-wprescue-while-wparse-runs",
    "33-wparse-command-line",
    "33-wprescue-batch-nonsense-command-line",
    "33-wprescue-batchn-5w-3p-command-line",
    "33-wprescue-daemon-command-line",
    "33-wprescue-work-command-line",
    "34b-parallel-group",
    "34c-filter-in-a-replay",
    "34e-filter-that-expects-false",
    "34f-parallel-group-in-a-replay",
    "36-large-rescue-file",
    "36b-large-rescue-file-slower",
    "39-last-input-line-without-newline",
    "40-non-utf8-input",
    "42-two-workers",
    "43-stop-of-wparse",
    "45-no-input-file",
    "46-two-replays-of-two-sinks",
    "48-symlink-and-upper-case",
    "49-kill-of-wparse-after-the-outage",
    "50b-miss-records-at-a-stop",
    "51-small-batches",
    "53b-stalls-at-a-limit",
    "53c-large-input-without-a-limit",
    "53g-100000-lines-without-a-limit",
    "53i-100000-lines-slow-parser",
    "54-blanks-around-lines",
    "54-blanks-in-an-outage",
    "54a-odd-input",
    "54b-parallel-of-two",
    "54c-parallel-of-three-and-two-rules",
    "54d-two-sources",
    "54e-times-of-other-years",
    "54f-what-a-rule-leaves",
    "54g-fewer-words",
    "54h-short-numbers-in-names",
    "55-one-of-two-inputs-missing",
    "55-two-sources-with-misses",
    "56-input-is-a-directory",
    "56-input-unreadable",
    "57-groups-of-one-name",
    "57-groups-of-one-name-in-an-outage",
    "57-groups-of-one-name-unnamed-sinks",
    "57-three-groups-of-one-name",
    "58-samples-that-no-rule-takes",
    "59-groups-with-slashes",
)
RUN: dict[str, Any] = {
    "programs": [{"label": "one", "exit": 0, "seconds": 2.0}],
    "looks": {"end": {"a": {"lines": 3, "numbers": "1-3"}}},
}


# They take a second or more, and others are of the same kind.
LARGE = (
    "22b-rescue-on-a-full-disk",
    "36-large-rescue-file",
    "36b-large-rescue-file-slower",
    "53c-large-input-without-a-limit",
    "53i-100000-lines-slow-parser",
)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in LARGE else []) for name in AGREEING]
)
def test_agrees(name: str) -> None:
    verdict = judged(CASES[name], engine_player.play)
    assert verdict.agrees, verdict


@pytest.mark.slow
def test_every_case_is_played_or_says_what_is_in_the_way() -> None:
    others = [case for name, case in CASES.items() if name not in AGREEING]
    broken = {case.name: verdict.broken for case in others if (verdict := judged(case, engine_player.play)).broken}
    assert broken == {}


class TestLines:
    def test_numbered_with_their_package_and_turns(self) -> None:
        given = {"lines": 3, "first": 7, "of": ["web", "app"], "line": "{n} {package} {a|b|c}"}
        assert content(given) == b"7 web a\n8 app b\n9 web c\n"

    def test_entries_special_lines_and_cut_ends(self) -> None:
        given = {"lines": 2, "as": "entry", "special": {1: "oops\xff"}, "cut": 2}
        entry = b'{"version":1,"kind":"raw","raw":"wp_event_id=2 web line ok"}'
        assert content(given) == b"oops\xff\n" + entry[:-1]
        assert content({"bytes": "\x00\xfe"}) == b"\x00\xfe"
        assert content({"lines": 1, "line": "x", "end": "no newline"}) == b"x"


class TestFacts:
    @pytest.mark.parametrize(
        ("numbers", "told", "order"),
        [
            ([1, 2, 3], "1-3", "ascending"),
            ([1, 2, 1, 2, 3], "1-2 x2, 3", "1-2, 1-3"),
            ([1, 3, 5, 7], "1-7 by 2", "ascending"),
            ([1, 3, 5], "1, 3, 5", "ascending"),
            ([4, 2], "2, 4", "4, 2"),
        ],
    )
    def test_which_lines_how_often_and_in_which_order(self, numbers: list[int], told: str, order: str) -> None:
        facts = facts_of(b"".join(b"wp_event_id=%d web\n" % number for number in numbers))
        assert (facts["numbers"], facts["order"], facts["lines"]) == (told, order, len(numbers))

    def test_formats_torn_ends_and_lines_without_a_number(self) -> None:
        facts = facts_of(b'{"version":1,"kind":"raw","raw":"wp_event_id=1 a"}\nx\n\nwp_ev')
        assert facts["format"] == {"entry, kind raw": 1, "plain": 2}
        assert (facts["end"], facts["lines_without_number"]) == ("no newline after the last 5 bytes", 2)

    def test_times_of_files_that_programs_made_are_left_out(self) -> None:
        made = {"data/rescue/a-2026-06-01_08:00:00-0.dat": b"", "data/rescue/a-2025-10-04_01:59:24-0.dat": b""}
        assert list(look(made, ["data/out_dat", "data/rescue", "rescue"])) == [
            "data/rescue/a-2025-10-04_01:59:24-0.dat",
            "data/rescue/a-<time>-0.dat",
        ]

    def test_a_path_that_was_read_off_an_output_ends_at_a_blank(self) -> None:
        assert as_told("data/rescue/a b-2026-06-01_08:00:00-0.dat") == "data/rescue/a"
        assert as_told("data/rescue/a-2026-06-01_08:00:00-0.dat") == "data/rescue/a-<time>-0.dat"

    def test_a_checkpoint_is_told_without_the_directory_of_the_run(self) -> None:
        found = look({"rescue/recover.lock": b'{"/run/data/rescue/a.dat": 5}'}, [], "/run")
        assert found["rescue/recover.lock"] == {"checkpoint": {"data/rescue/a.dat": 5}}

    def test_a_file_that_a_checkpoint_names_in_two_ways_has_the_larger_count(self) -> None:
        entries = b'{"./data/rescue/a.dat": 9, "/run/data/rescue/a.dat": 5}'
        found = look({"rescue/recover.lock": entries}, [], "/run")
        assert found["rescue/recover.lock"] == {"checkpoint": {"data/rescue/a.dat": 9}}

    def test_other_directories_are_looked_at_where_a_recording_has_seen_something_there(self) -> None:
        seen = {"looks": {"end": {"data/in_dat/gen.dat": {"lines": 1}, "spare/rescue/": "missing", "peer p": {}}}}
        case = Case("a", "a", (), {}, as_user=False, runs=(seen,))
        assert case.places[3:] == ("data/in_dat", "spare/rescue")
        found = look({"data/in_dat/gen.dat": b"x\n"}, ["data/in_dat"], "", case.places)
        assert found["data/in_dat/gen.dat"]["lines"] == 1
        assert found["spare/rescue/"] == "missing"


class TestComparing:
    case = Case("a", "a", (), {}, as_user=False, runs=(RUN, RUN))

    def played(self, **changes: object) -> PlayedCase:
        lines = {"lines": 3, "numbers": "1-3"} | changes
        return PlayedCase([PlayedProgram("one", "wparse batch", 0, 2.1)], {"end": {"a": lines}})

    def test_what_was_seen_agrees(self) -> None:
        assert disagreements(self.case, self.played()) == []

    def test_what_was_not_is_told_by_facet(self) -> None:
        assert [each.facet for each in disagreements(self.case, self.played(lines=2, numbers="1-2"))] == [
            "lines",
            "numbers",
        ]
        assert [each.facet for each in disagreements(self.case, PlayedCase())] == ["exit", "files"]

    def test_how_many_words_a_line_has_is_what_wpl_makes_of_it_and_not_compared(self) -> None:
        seen = {"lines": 3, "numbers": "1-3", "lines_by_number_of_words": {"4": 3}}
        case = replace(self.case, runs=({"programs": RUN["programs"], "looks": {"end": {"a": seen}}},))
        assert disagreements(case, self.played()) == []

    def test_a_checkpoint_is_compared_by_the_paths_of_its_files(self) -> None:
        two = {"./data/rescue/x.dat": 100, "data/rescue/x.dat": 300}
        looks = {"end": {"rescue/recover.lock": {"checkpoint": two}}}
        case = replace(self.case, runs=({"programs": [], "looks": looks},))
        played = PlayedCase([], {"end": {"rescue/recover.lock": {"checkpoint": {"data/rescue/x.dat": 300}}}})
        assert disagreements(case, played) == []

    def test_between_runs_that_differ_all_is_right_and_as_far_beyond_as_they_are_apart(self) -> None:
        other = {"programs": RUN["programs"], "looks": {"end": {"a": {"lines": 9, "numbers": "1-9"}}}}
        case = replace(self.case, runs=(RUN, other))
        for lines in (1, 6, 15):
            assert disagreements(case, self.played(lines=lines, numbers=f"1-{lines}")) == []
        assert [each.facet for each in disagreements(case, self.played(lines=16, numbers="1-16"))] == [
            "lines",
            "numbers",
        ]

    def test_what_was_there_in_some_runs_is_held_against_these(self) -> None:
        other: dict[str, Any] = {"programs": RUN["programs"], "looks": {"end": {}}}
        case = replace(self.case, runs=(RUN, other))
        nothing = PlayedCase(self.played().programs, {"end": {}})
        assert disagreements(case, self.played()) == disagreements(case, nothing) == []
        assert [each.facet for each in disagreements(case, self.played(lines=4))] == ["lines"]

    @pytest.mark.parametrize(("row", "agrees"), [("900 900", True), ("1700 1700", True), ("1900 1900", False)])
    def test_a_row_of_figures_that_is_not_there_has_counted_nothing(self, row: str, *, agrees: bool) -> None:
        figures = {"figures (total success suc-rate)": {"Pick a": "900 900 100.0%"}}
        runs = [RUN | {"programs": [RUN["programs"][0] | more]} for more in (figures, {})]
        played = self.played()
        played.programs[0].figures["Pick a"] = row
        assert (disagreements(replace(self.case, runs=tuple(runs)), played) == []) is agrees

    @pytest.mark.parametrize(
        ("seconds", "computed", "agrees"), [(1.2, 0, False), (4, 0, False), (4, 2, True), (9, 2, False)]
    )
    def test_what_a_program_computes_is_no_duration_of_its_own(
        self, seconds: float, computed: float, *, agrees: bool
    ) -> None:
        played = self.played()
        played.programs[0].seconds, played.programs[0].computed = seconds, computed
        assert [each.facet for each in disagreements(self.case, played)] == ([] if agrees else ["seconds"])

    def test_programs_play_a_case_that_differs_again(self) -> None:
        played = [self.played(lines=2), self.played(), self.played(lines=2)]
        verdict = judged(self.case, lambda _case, _behaviour: played.pop(0), plays=3)
        assert (verdict.word, verdict.plays, len(played)) == ("agrees", 2, 1)
        never = judged(self.case, lambda _case, _behaviour: self.played(lines=2), plays=3)
        assert (never.word, never.plays) == ("DIFFERS", 3)


class TestForms:
    def test_a_folder_and_its_file_are_one_case(self, tmp_path: Path) -> None:
        folder = tmp_path / "folders/a"
        (folder / "project/conf").mkdir(parents=True)
        (folder / "project/conf/wparse.toml").write_text('version = "1.0"\n')
        (folder / "case.yaml").write_text(
            "case: a\ntitle: A\nsteps:\n- run: wparse batch\n  timeout: 5\n- look: end\n"
        )
        (folder / "seen.yaml").write_text("runs:\n- programs: []\n  looks: {end: {}}\n")
        compact.main(tmp_path / "folders", tmp_path / "files")
        assert cases_in(tmp_path / "files") == cases_in(tmp_path / "folders") == cases_in(folder)
        assert cases_in(folder)[0].steps[0] == TakenStep("run", "wparse batch", timeout=5)

    @pytest.mark.parametrize("text", ["a line\n", "- 1\n", "case: x\n", ""])
    def test_a_file_that_is_something_else_is_told_to_be_none(self, tmp_path, text):
        path = tmp_path / "notes.txt"
        path.write_text(text)
        with pytest.raises(NoCaseError, match=r"notes\.txt: it is no recording"):
            cases_in(path)

    def test_a_path_without_recordings_is_a_mistake(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(NoCaseError, match=r"no case\.yaml below it"):
            cases_in(tmp_path)
        assert main([str(tmp_path)]) == 4
        assert str(tmp_path) in capsys.readouterr().err

    def test_a_behaviour_that_there_is_not_is_one_mistake(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["--behaviour", "wp-motor-1.71"]) == 4
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.count("wp-motor-1.71") == 1

    def test_the_command_tells_the_table_and_the_count(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        file = tmp_path / "verdicts.json"
        assert main([str(DATA), "--only", "33-wparse", "--json", str(file)]) == 0
        assert capsys.readouterr().out == "agrees      33-wparse-command-line\n1 of 1 agree\n"
        assert '"verdict": "agrees"' in file.read_text()


@pytest.mark.parametrize("play", [engine_player.play, program_player.play])
def test_steps_that_move_files_and_read_pipes(play: Callable[[Case, str], PlayedCase]) -> None:
    lines = {"path": "data/out_dat/a.dat", "lines": 3}
    steps = (
        TakenStep("write", lines),
        TakenStep("move", {"from": "data/out_dat/a*", "to": "data/out_dat/old/a.dat"}),
        TakenStep("write", lines | {"lines": 2}),
        TakenStep("write", lines | {"path": "data/out_dat/b.dat"}),
        TakenStep("remove", "data/out_dat/b*"),
        TakenStep("fifo", "data/out_dat/pipe"),
        TakenStep("read_fifo", {"fifo": "data/out_dat/pipe", "into": "got/pipe.dat"}),
        TakenStep("look", "end"),
    )
    seen = play(replace(CASES["15a-slow-target-in-a-replay"], steps=steps), PROFILE).looks["end"]
    told = {path: facts["lines"] for path, facts in seen.items() if "lines" in facts}
    assert told == {"data/out_dat/a.dat": 2, "data/out_dat/old/a.dat": 3, "got/pipe.dat": 0}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["22c-target-on-a-full-disk-in-replay", "23b-target-directory-read-only"])
def test_programs_get_what_they_need_of_the_machine(name: str) -> None:
    verdict = judged(CASES[name], program_player.play)
    assert verdict.agrees or verdict.unplayed, verdict


@pytest.mark.parametrize("play", [engine_player.play, program_player.play])
def test_a_step_that_a_player_does_not_have_is_named(play: Callable[[Case, str], PlayedCase]) -> None:
    case = replace(CASES[AGREEING[0]], steps=(TakenStep("dance", "x"),))
    assert judged(case, play, PROFILE).unplayed == "the step 'dance'"


def test_what_the_machine_does_not_allow_is_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_player, "why_unbound", lambda: "root stays root")
    monkeypatch.setattr(program_player, "why_no_rooms", lambda: "it needs root")
    for name, why in (
        ("23b-target-directory-read-only", "root stays root"),
        ("22k-target-disk-full-for-3s", "it needs root"),
    ):
        assert judged(CASES[name], program_player.play).unplayed == why
