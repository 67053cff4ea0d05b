"""`wptest agree`: the engine and real programs are held against each other, and what the latter did is recorded."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from commands import wptest
from other_programs import make_programs

from engine.behaviour.profile import behaviour_of
from tests.recordings import engine_player
from wptest.agreement.agreeing import Agreement
from wptest.agreement.observing import LAST_LOOK, ROOT_ON_ENGINE, Onlooker
from wptest.agreement.recorded_steps import first_pace, recorded_steps
from wptest.commands.agree import recorded
from wptest.recordings.case import Case, TakenStep
from wptest.recordings.comparing import Difference
from wptest.recordings.played import UnplayableError
from wptest.recordings.whole_cases import cases_in
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.subject.dialect import WP_MOTOR
from wptest.subject.programs import OURS
from wptest.subject.projects.seed_layout import CONF

OUTAGE = """\
scenario: outage
project: {sinks: {a: {type: test_rescue, phases: "up 1s, down 3s"}}}
given: {source: {lines: 9000, rate: 1000/s}}
when: [{run: wparse batch}, {run: wprescue batch}]
"""
_TO_DIE = 60  # seconds; of the 1000 that it would live
FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
RECOVERY = f"""\
scenario: recovery
project: {{sinks: {{a: {{}}}}}}
given: {{files: {{"{FILE}": {{lines: 4}}}}}}
when: [{{run: wprescue work}}]
then: {{sinks: {{a: {{lines: 4}}}}}}
"""


def variant_of(directory: Path, text: str):
    path = directory / "s.wptest.yaml"
    path.write_text(text)
    return load_file(path)[0].variants[0]


def is_running(number: int) -> bool:
    """Whether there is such a process, and it is not dead already."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


class TestTheCheckpoint:
    @pytest.mark.parametrize(
        ("text", "file"),
        [
            (OUTAGE, "data/rescue/business/a-<time>-0.dat"),
            (RECOVERY.replace("lines: 4", "lines: 1700").replace("work", "batch"), FILE),
        ],
        ids=["a file of the run by no time", "a given one by its own"],
    )
    def test_names_files_as_they_are_told(self, tmp_path: Path, text: str, file: str) -> None:
        variant = variant_of(tmp_path, text)
        there = RunOptions(behaviour=behaviour_of(["wp-motor-1.17"]), root=ROOT_ON_ENGINE, work_root=ROOT_ON_ENGINE)
        observer = Onlooker(variant)
        played = observer.played(run_variant(variant, there, observer.watch))
        assert list(played.looks[LAST_LOOK]["rescue/recover.lock"]["checkpoint"]) == [file]
        assert played.programs[-1].finished == [file]


class TestTheCommand:
    @pytest.mark.slow
    def test_our_own_programs_agree_with_the_engine_and_are_recorded(self, tmp_path):
        (tmp_path / "s.wptest.yaml").write_text(RECOVERY)
        asked = ["--bin-dir", str(OURS), "--runs", "1", "--record", "rec", "--json", "out.json"]
        done = wptest(tmp_path, "agree", "s.wptest.yaml", *asked)
        assert done.returncode == 0, done.stdout
        assert "1 of 1 agree\n" in done.stdout
        (row,) = json.loads((tmp_path / "out.json").read_text())["agreement"]["variants"]
        assert (row["engine"], row["real"], row["verdict"]) == ("passed", ["passed"], "agrees")
        (case,) = cases_in(tmp_path / "rec")
        assert [step.kind for step in case.steps] == ["write", "run", "look"]
        assert case.runs[0]["looks"]["at the end"]["data/out_dat/a.dat"]["numbers"] == "1-4"
        assert case.runs[0]["programs"][0]["exit"] == 0
        assert "conf/wparse.toml" in case.project

    @pytest.mark.slow
    def test_what_real_programs_do_otherwise_is_told(self, tmp_path, monkeypatch):
        monkeypatch.setenv("FAKE", "loses a line")
        (tmp_path / "s.wptest.yaml").write_text(RECOVERY)
        programs = make_programs(tmp_path / "bin", ["batch", "daemon"], "json")
        asked = ["--bin-dir", str(programs), "--runs", "2", "--behaviour", "reference"]
        done = wptest(tmp_path, "agree", "s.wptest.yaml", *asked)
        assert done.returncode == 1
        assert "0 of 1 agree" in done.stdout
        assert "[at the end] data/out_dat/a.dat: lines: real 3, ours 4" in done.stdout
        assert "recovery: outcome: real failed, ours passed" in done.stdout
        (told,) = (line for line in done.stdout.splitlines() if "recovery: failures: " in line)
        assert told.strip() == "recovery: failures: real WPT-R001, WPT-R008, WPT-R022, ours none of these"

    def test_what_they_can_not_do_is_not_run_and_has_its_reason(self, tmp_path):
        (tmp_path / "s.wptest.yaml").write_text(RECOVERY.replace("when: [", "when: [{clock: {step: 1h}}, "))
        programs = make_programs(tmp_path / "bin", ["batch"], "json")
        done = wptest(tmp_path, "agree", "s.wptest.yaml", "--bin-dir", str(programs))
        assert done.returncode == 2
        assert "not run" in done.stdout
        assert "the clock of the machine can't be changed" in done.stdout

    def test_interrupted_it_says_what_was_not_run(self, tmp_path):
        scenarios = [
            RECOVERY,
            RECOVERY.replace("recovery", "more").replace("4", "5"),
            RECOVERY.replace("very", "t"),
        ]
        (tmp_path / "s.wptest.yaml").write_text("---\n".join(scenarios))
        programs = make_programs(tmp_path / "bin", ["batch", "daemon"], "json")
        asked = ["--bin-dir", str(programs), "--runs", "1", "--json", "out.json"]
        done = wptest(tmp_path, "agree", "s.wptest.yaml", *asked, FAKE="ends wptest at 5 lines")
        assert done.returncode == 143
        last = done.stdout.splitlines()[-1]
        assert last.startswith("interrupted: ")
        assert last.endswith(" of 1 agree, 2 not run")
        told = json.loads((tmp_path / "out.json").read_text())
        assert (told["summary"]["interrupted"], told["summary"]["not_run"]) == (True, 2)
        assert [row["name"] for row in told["agreement"]["variants"]] == ["recovery"]

    def test_where_nothing_can_be_recorded_is_known_before_anything_runs(self, tmp_path):
        (tmp_path / "s.wptest.yaml").write_text(RECOVERY)
        (tmp_path / "file").touch()
        for place in ("file", "file/below"):
            done = wptest(tmp_path, "agree", "s.wptest.yaml", "--bin-dir", str(OURS), "--record", place)
            assert (done.returncode, done.stdout) == (4, "")
            assert f"can't write '{place}': " in done.stderr
        assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "s.wptest.yaml"]

    @pytest.mark.slow
    def test_a_file_with_mistakes_is_told_before_the_table_and_not_run(self, tmp_path):
        (tmp_path / "a.wptest.yaml").write_text(RECOVERY)
        wrong = RECOVERY.replace("sinks: {a: {lines", "sinks: {b: {lines")
        (tmp_path / "b.wptest.yaml").write_text(f"{wrong}---\n{wrong.replace('recovery', 'other')}")
        asked = ["--bin-dir", str(OURS), "--runs", "1", "--json", "out.json"]
        done = wptest(tmp_path, "agree", ".", *asked)
        assert done.returncode == 5
        assert done.stdout.count("mistakes found") == 1
        assert done.stdout.index("mistakes found") < done.stdout.index("verdict")
        assert done.stdout.endswith("\n1 of 1 agree, 2 not run\n")
        told = json.loads((tmp_path / "out.json").read_text())
        assert [each["file"] for each in told["invalid"]] == ["b.wptest.yaml"]
        assert told["summary"]["not_run"] == 2
        assert not told["summary"]["interrupted"]

    def test_what_would_take_too_long_is_not_run(self, tmp_path):
        (tmp_path / "s.wptest.yaml").write_text(RECOVERY.replace("when: [", "when: [{wait: 1s}, "))
        done = wptest(tmp_path, "agree", "s.wptest.yaml", "--bin-dir", str(OURS), "--longest", "1ms")
        assert done.returncode == 2
        assert "the longest is 1ms" in done.stdout

    @pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for a process in /proc")
    def test_nothing_is_left_of_a_program_that_hangs_when_it_is_asked_its_version(self, tmp_path):
        (tmp_path / "s.wptest.yaml").write_text(RECOVERY)
        (tmp_path / "bin").mkdir()
        program = tmp_path / "bin" / "wprescue"
        program.write_text("#!/bin/sh\nsleep 1000 &\necho $! > child\nkill -TERM $PPID\nwait\n")
        program.chmod(0o755)
        done = wptest(tmp_path, "agree", "s.wptest.yaml", "--bin-dir", "bin")
        assert done.returncode == 143
        patience = time.monotonic() + _TO_DIE
        while is_running(int((tmp_path / "child").read_text())):  # it dies, but not at once
            assert time.monotonic() < patience
            time.sleep(0.01)

    def test_without_programs_or_with_another_behaviour_than_there_is_it_is_wrong_usage(self, tmp_path):
        (tmp_path / "s.wptest.yaml").write_text(RECOVERY)
        assert wptest(tmp_path, "agree", "s.wptest.yaml", "--bin-dir", "nowhere").returncode == 4
        asked = ["--bin-dir", str(OURS), "--behaviour", "nothing"]
        assert wptest(tmp_path, "agree", "s.wptest.yaml", *asked).returncode == 4


def test_what_is_seen_after_a_moment_that_was_missed_proves_nothing() -> None:
    difference = Difference("lines", "a.dat", "1000", "1")
    row = Agreement("s", real=("failed",), differences=(difference,))
    assert row.verdict == "DIFFERS"
    assert replace(row, doubts=("step 2 came late",)).verdict == "can't tell"
    assert replace(row, differences=(), doubts=("step 2 came late",)).verdict == "agrees"
    assert replace(row, real=("failed", "passed", "failed")).outcomes == "2 failed, 1 passed"


def test_a_recording_has_its_doubts_and_they_are_told(tmp_path: Path) -> None:
    run = {"programs": [], "looks": {}}
    case = Case("s", "s", (TakenStep("look", "end"),), {"conf/wparse.toml": ""}, as_user=False, runs=(run,))
    assert recorded(tmp_path, case, "", {}) == f"recorded: {tmp_path}/s"
    told = recorded(tmp_path, replace(case, doubts=("step 2 came late",)), "", {})
    assert told == f"recorded: {tmp_path}/s, with its doubts: where something differs from it, that proves nothing"
    assert cases_in(tmp_path) == [replace(case, doubts=("step 2 came late",))]
    assert recorded(tmp_path, case, "the step 'heal'", {}).endswith("no word for the step 'heal'")


class TestSteps:
    def test_are_said_in_the_words_of_recordings(self, tmp_path):
        text = (
            "scenario: s\nproject: {sinks: {a: {}}}\n"
            f'given: {{files: {{"{FILE}": {{lines: 3}}, data/x: {{bytes: "\\xff"}}}}, source: {{lines: 5}}}}\n'
            "when:\n  - start: {command: wparse batch, as: first}\n  - wait: 500ms\n"
            "  - upon: {sink: a, lines: 2}\n    kill: first\n"
            "  - start: wprescue work\n  - after: 2s\n    signal: {wprescue: TERM}\n  - wait: {exit: wprescue}\n"
        )
        steps = recorded_steps(variant_of(tmp_path, text), WP_MOTOR, "end")
        entries = {
            "path": FILE,
            "lines": 3,
            "line": "wp_event_id={n} line of a-2025-10-04_01:59:24.dat",
            "as": "entry",
        }
        assert TakenStep("write", entries) in steps
        assert TakenStep("write", {"path": "data/x", "bytes": "\xff"}) in steps
        assert [(step.kind, step.given, step.name) for step in steps[3:]] == [
            ("start", "wparse batch", "first"),
            ("wait", 0.5, None),
            ("wait_lines", {"path": "data/out_dat/a.dat", "lines": 2}, None),
            ("signal", {"first": "KILL"}, None),
            ("wait_exit", "first", None),
            ("start", "wprescue batch", "wprescue1"),
            ("wait", 2.0, None),
            ("signal", {"wprescue1": "TERM"}, None),
            ("wait_exit", "wprescue1", None),
            ("look", "end", None),
        ]

    @pytest.mark.parametrize(
        ("step", "told"),
        [
            ("wait: idle", "the step 'wait'"),
            ("heal: true", "the step 'heal'"),
            ("{at: 3s, kill: wparse}", "the trigger 'at'"),
        ],
    )
    def test_that_recordings_have_no_word_for_are_named(self, tmp_path, step, told):
        text = (
            "scenario: s\nproject: {sinks: {a: {}}}\ngiven: {source: {lines: 5}}\n"
            f"when:\n  - start: wparse daemon\n  - {step}\n"
        )
        with pytest.raises(UnplayableError, match=told):
            recorded_steps(variant_of(tmp_path, text), WP_MOTOR, "end")

    def test_set_the_speed_of_each_program(self, tmp_path):
        given = "given: {{source: {{lines: 5, rate: 3k/s}}}}"
        text = f"scenario: s\nproject: {{{{sinks: {{{{a: {{{{}}}}}}}}}}}}\n{given}\nwhen: [{{}}]\n"
        reads, replays = "{run: wparse batch}", "{run: wprescue work}"
        assert first_pace(variant_of(tmp_path, text.format(reads))) == 3000
        assert first_pace(variant_of(tmp_path, text.format(replays))) == 10_000
        daemon = "{start: wparse daemon}"
        steps = recorded_steps(
            variant_of(tmp_path, text.format(f"{reads}, {replays}, {replays}, {daemon}, {replays}")),
            WP_MOTOR,
            "end",
            lambda limit: f"speed_limit = {limit}",
        )
        assert [step.given.get("bytes", "input") if step.kind == "write" else step.kind for step in steps] == [
            "input",
            "run",
            "speed_limit = 10000",
            "run",
            "run",
            "speed_limit = 3000",
            "start",
            "wait",
            "speed_limit = 10000",
            "run",
            "look",
        ]
        assert {step.given["path"] for step in steps if step.kind == "write"} == {"data/in_dat/gen.dat", CONF}

    @pytest.mark.slow
    def test_are_played_again_at_these_speeds(self, tmp_path):
        text = "scenario: s\nproject: {speed_limit: 1000, sinks: {a: {}}}\ngiven: {source: {lines: 8000}, files: {"
        text += f'"{FILE}": {{lines: 1000}}}}}}\nwhen: [{{run: wparse batch}}, {{run: wprescue work}}]\n'
        (tmp_path / "s.wptest.yaml").write_text(text)
        programs = ["--bin-dir", str(OURS), "--behaviour", "reference"]
        done = wptest(tmp_path, "agree", "s.wptest.yaml", *programs, "--runs", "1", "--record", "rec")
        assert "recorded: rec/s" in done.stdout
        (case,) = cases_in(tmp_path / "rec")
        seconds = [each.seconds for each in engine_player.play(case, "reference").programs]
        assert seconds[0] < 2  # it reads as fast as it can, and replays at its limit
        assert seconds[1] >= 0.9
