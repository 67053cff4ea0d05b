"""Scenarios against real processes, as people start them; and what is left when they are stopped: nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from commands import TIMEOUT, environment, pytest_, wptest
from other_programs import make_programs, make_shell_program
from real_programs import SAMPLE, files_below, make_project, wait_for

from wptest.run import against_processes
from wptest.run.against_processes import run_on_processes
from wptest.run.result import Result
from wptest.scenario.load import load_file
from wptest.subject.programs import find_programs
from wptest.subject.rooms import why_no_rooms
from wptest.words.failures import Failure
from wptest.words.finding import Outcome

FILE = "data/rescue/a-2025-10-04_01:59:24.dat"
RECOVERY = f"""\
scenario: recovery
project: {{speed_limit: 0, sinks: {{a: {{}}}}}}
given:
  files: {{"{FILE}": {{lines: 40}}}}
when:
  - run: wprescue work
then:
  exit: {{wprescue: 0}}
  sinks: {{a: {{lines: 40}}}}
  rescue: {{dat: 0, lock: 0}}
  replay: {{files: "*01:59:24.dat", lost: 0, duplicates: 0}}
  must_happen: [recovery.file_began, recovery.file_removed]
"""
IN_DIRECTORY = RECOVERY.replace("{speed_limit: 0, sinks: {a: {}}}", "project")
SLOW = RECOVERY.replace("speed_limit: 0", "speed_limit: 1")  # far longer than any test waits
WRONG = RECOVERY.replace("lines: 40}}\n  rescue", "lines: 41}}\n  rescue")
IMPOSSIBLE = RECOVERY.replace(
    "when:\n",
    "when:\n  - fault: {on: data/**, fail: write, errno: EIO, times: 1}\n  - clock: {step: -1h}\n",
)


PAUSED = """\
scenario: paused
project: {sinks: {a: {}}}
given: {source: {lines: 60, rate: 100/s}}
when:
  - start: wparse daemon
  - {upon: {sink: a, lines: 20}, pause: wparse}
  - wait: 500ms
  - resume: wparse
  - wait: idle
then: {sinks: {a: {lines: 60}}}
"""


def written(directory: Path, text: str) -> Path:
    path = directory / "s.wptest.yaml"
    path.write_text(text)
    return path


def played(directory: Path, text: str, bin_dir: Path | None = None) -> Result:
    (loaded,) = load_file(written(directory, text))
    return run_on_processes(loaded.variants[0], find_programs(str(bin_dir or "")))


def codes(result: Result) -> list[Failure]:
    return [finding.code for finding in result.findings]


def test_a_removed_rescue_file_is_told_with_its_lines(tmp_path):
    (removed,) = [each for each in played(tmp_path, RECOVERY).events if each.kind == "recovery.file_removed"]
    assert removed.fields == {"path": FILE, "sink": "a", "lines": 40}


class TestTheCommand:
    def test_what_holds_with_real_processes_passes(self, tmp_path):
        written(tmp_path, RECOVERY)
        done = wptest(tmp_path, "run", ".", "--subject", "process", "--json", "out.json")
        assert done.returncode == 0, done.stdout
        assert done.stdout.startswith("subject: real processes, wptest's own (dialect wptest)\n")
        (result,) = json.loads((tmp_path / "out.json").read_text())["results"]
        assert (result["subject"], result["outcome"], result["trace_hash"]) == ("process", "passed", "")

    def test_what_does_not_hold_fails_and_can_be_replayed(self, tmp_path):
        written(tmp_path, WRONG)
        done = wptest(tmp_path, "run", ".", "--subject", "process", "--longest", "30s")
        assert done.returncode == 1
        assert "lines of a: expected 41, got 40" in done.stdout
        command = "wptest run s.wptest.yaml::recovery --seed 0 --subject process --longest 30s"
        assert f"to see it again: {command}\n" in done.stdout
        again = wptest(tmp_path, "replay")
        assert "real processes" in again.stdout
        again = wptest(tmp_path, "replay", again.stdout.split()[0])
        assert again.returncode == 1
        assert "STILL FAILS" in again.stdout

    def test_what_can_not_be_done_is_told_before_anything_is_started(self, tmp_path):
        written(tmp_path, IMPOSSIBLE)
        done = wptest(tmp_path, "run", ".", "--subject", "process")
        assert done.returncode == 2
        assert "operations of a real file system can't be made to fail one by one" in done.stdout
        assert "the clock of the machine can't be changed" in done.stdout
        assert "s.wptest.yaml:6:" in done.stdout
        assert "program.started" not in done.stdout

    @pytest.mark.slow
    def test_a_program_that_is_paused_stands_still_and_loses_nothing(self, tmp_path):
        result = played(tmp_path, PAUSED)
        assert codes(result) == []
        paused, resumed = (
            next(event.time for event in result.events if event.kind == f"program.{what}")
            for what in ("paused", "resumed")
        )
        delivered = [event.time for event in result.events if event.kind == "sink.delivered"]
        assert not any(paused < time < resumed for time in delivered)
        assert delivered[-1] > resumed

    @pytest.mark.slow
    def test_a_project_that_is_broken_and_mended_loses_nothing(self, tmp_path):
        make_project(tmp_path / "project")
        steps = (
            "  - copy: {conf/wparse.toml: conf/old}\n"
            '  - write: {conf/wparse.toml: {text: "speed_limit = [\\n"}}\n'
            "  - run: wprescue work\n"
            '  - check: {exit: {wprescue: 44}, rescue: {dat: 1}, output: {wprescue: ["conf/wparse.toml:1:*"]}}\n'
            "  - rename: {conf/old: conf/wparse.toml}\n"
        )
        text = IN_DIRECTORY.replace("when:\n", f"when:\n{steps}")
        assert played(tmp_path, text).findings == ()

    @pytest.mark.slow
    def test_a_second_wparse_is_refused_and_takes_over_later(self):
        (loaded,) = load_file(Path(__file__).parents[2] / "scenarios" / "two-wparse.wptest.yaml")
        assert run_on_processes(loaded.variants[0], find_programs()).findings == ()

    def test_too_long_is_told_by_its_time(self, tmp_path):
        written(tmp_path, RECOVERY.replace("  - run: wprescue work\n", "  - run: wprescue work\n  - wait: 3d16h\n"))
        done = wptest(tmp_path, "run", ".", "--subject", "process")
        assert done.returncode == 2
        assert "it would take 3d16h, and the longest is 1m" in done.stdout

    def test_wrong_usage_is_told(self, tmp_path):
        written(tmp_path, RECOVERY)
        done = wptest(tmp_path, "run", ".", "--subject", "process", "--bin-dir", ".")
        assert done.returncode == 4
        assert ". has no wprescue that can be executed: there is none of the four programs" in done.stderr
        done = wptest(tmp_path, "run", ".", "--subject", "process", "--longest", "soon")
        assert done.returncode == 4
        assert "Invalid value for '--longest': 'soon' is not a duration" in done.stderr

    def test_behaviour_is_that_of_the_programs(self, tmp_path):
        written(
            tmp_path, RECOVERY.replace("lines: 40}}\nwhen", 'text: "one\\n\\ntwo\\n"}}\nwhen').replace("40", "2")
        )
        done = wptest(tmp_path, "run", ".", "--subject", "process", "--behaviour", "blank_line=send")
        assert done.returncode == 1
        assert "no_invention" in done.stdout

    @pytest.mark.slow
    def test_pytest_runs_them_too(self, tmp_path):
        written(tmp_path, f"{RECOVERY}---\n{WRONG.replace('recovery', 'wrong', 1)}")
        done = pytest_(tmp_path, ".", "--wptest-subject=process")
        assert "1 failed, 1 passed" in done.stdout
        assert "wptest run s.wptest.yaml::wrong --seed 0 --subject process\n" in done.stdout


class TestRealTrouble:
    @pytest.mark.slow
    def test_a_killed_wparse_leaves_a_lock_that_can_be_given_back(self, tmp_path):
        result = played(
            tmp_path,
            """\
scenario: killed
project: {speed_limit: 0, sinks: {a: {type: test_rescue, phases: [up 300ms, down 1h]}}}
given: {source: {lines: 400, rate: 400/s}}
when:
  - start: wparse daemon
  - upon: {event: rescue.created}
    wait: 600ms
  - kill: wparse
  - check: {rescue: {dat: 0, lock: 1}, ledger: {stranded: "> 0"}}
  - run: wproj rescue unlock
then:
  exit: {wparse: 137, wproj: 0}
  rescue: {dat: 1, lock: 0}
  ledger: {stranded: 0, rescued: "> 0", lost: 0}
  must_happen: [program.killed, lock.adopted]
  allow: {lost: in_memory}
""",
        )
        assert result.outcome is Outcome.PASSED, result.findings

    def test_a_rescue_file_that_somebody_removes_was_not_replayed(self, tmp_path):
        result = played(
            tmp_path,
            RECOVERY.replace("  - run: wprescue", f"  - remove: {FILE}\n  - run: wprescue")
            .replace("lines: 40}}\n  rescue", "lines: 0}}\n  rescue")
            .replace("  must_happen: [recovery.file_began, recovery.file_removed]\n", ""),
        )
        assert Failure.NO_LOSS in codes(result)
        assert not [event for event in result.events if event.kind == "recovery.file_removed"]

    def test_a_full_disk_has_room_again(self, tmp_path):
        result = played(
            tmp_path,
            f"""\
scenario: full
project: {{speed_limit: 0, sinks: {{a: {{}}}}}}
given:
  files: {{"{FILE}": {{lines: 300}}}}
  disk: {{data/out_dat: {{size: 5000}}}}
when:
  - start: wprescue work
  - upon: {{log: {{wprescue: "*No space left on device*"}}}}
    disk: {{data/out_dat: {{size: 1MiB}}}}
  - wait: {{exit: wprescue}}
then:
  sinks: {{a: {{lines: 300}}}}
  rescue: {{dat: 0}}
  must_happen: storage.ENOSPC
""",
        )
        if why_no_rooms():
            assert codes(result) == [Failure.NOT_EXPRESSIBLE] * 2
        else:
            assert result.outcome is Outcome.PASSED, result.findings
            assert "had room for 8192 bytes, not 5000" in result.notes[0]

    def test_permission_bits_bind_whoever_runs_it(self, tmp_path):
        make_project(tmp_path / "project")
        result = played(
            tmp_path,
            IN_DIRECTORY.replace(
                "when:\n  - run: wprescue work\n",
                """\
when:
  - chmod: {data/out_dat/a.dat: "0400"}
  - start: wprescue work
  - wait: 500ms
  - check: {sinks: {a: {lines: 0}}, rescue: {dat: 1}}
  - chmod: {data/out_dat/a.dat: "0600"}
  - wait: {exit: wprescue}
""",
            )
            .replace("given:\n  files: {", "given:\n  files: {data/out_dat/a.dat: {text: ''}, ")
            .replace('  replay: {files: "*01:59:24.dat", lost: 0, duplicates: 0}\n', "")
            .replace("recovery.file_began, ", ""),
            make_shell_program(tmp_path / "bin"),
        )
        assert result.outcome is Outcome.PASSED, result.findings


def make_todays_project(directory: Path) -> Path:
    """A project that WarpParse's programs might read: those here look at nothing of it."""
    (directory / "topology").mkdir(parents=True)
    return make_project(directory, sink='type = "file"')


class TestOtherDialects:
    @pytest.mark.parametrize(
        ("modes", "lines", "name"), [(["daemon", "work"], "raw", "seed"), (["batch"], "json", "wp-motor")]
    )
    def test_a_recovery_passes(self, tmp_path, modes, lines, name):
        make_todays_project(tmp_path / "project")
        programs = make_programs(tmp_path / "bin", modes, lines)
        assert find_programs(str(programs)).speaks == name
        result = played(tmp_path, IN_DIRECTORY, programs)
        assert result.outcome is Outcome.PASSED, result.findings

    def test_paths_and_variables_of_a_project_lead_into_the_run(self, tmp_path, monkeypatch):
        """Whatever the machine's own environment says, and wherever the project's files lead."""
        root = make_todays_project(tmp_path / "project")
        outside = tmp_path / "outside"
        (root / "conf/wparse.toml").write_text(f"speed_limit = 0\nrescue_root = '{outside}/rescue'\n")
        group = root / "sink/business.d/a.toml"
        group.write_text(group.read_text().replace("./data/out_dat", f"${{WP_OUT:{outside}}}/${{KIND}}"))
        monkeypatch.setenv("WP_OUT", str(tmp_path / "machine"))
        monkeypatch.setenv("KIND", "machine")
        given = f"given:\n  env: {{KIND: out}}\n  paths: {{{outside}: data/there, {outside}/rescue: data/rescue}}\n"
        result = played(tmp_path, IN_DIRECTORY.replace("given:\n", given))
        assert result.outcome is Outcome.PASSED, result.findings
        assert sorted(path.name for path in tmp_path.iterdir()) == ["project", "s.wptest.yaml"]

    @pytest.mark.parametrize(
        ("fake", "code"), [("loses a line", Failure.NO_LOSS), ("doubles a line", Failure.NO_DUPLICATE)]
    )
    def test_what_it_does_wrong_is_found(self, tmp_path, monkeypatch, fake, code):
        make_todays_project(tmp_path / "project")
        monkeypatch.setenv("FAKE", fake)
        result = played(tmp_path, IN_DIRECTORY, make_programs(tmp_path / "bin", ["batch"], "json"))
        assert result.outcome is Outcome.FAILED
        assert code in codes(result)

    def test_what_a_dialect_does_not_have_is_told_by_name(self, tmp_path):
        make_todays_project(tmp_path / "project")
        programs = make_programs(tmp_path / "bin", ["batch"], "json")
        text = IN_DIRECTORY.replace("run: wprescue work", "start: wprescue daemon").replace(
            "then:\n", "  - run: wpgen sample\nthen:\n  checkpoint: {}\n"
        )
        messages = [finding.message for finding in played(tmp_path, text, programs).findings]
        assert any("there is no wpgen in " in message for message in messages)
        assert not any("checkpoint" in message for message in messages)
        seed = make_programs(tmp_path / "seed", ["daemon", "work"], "raw")
        messages = [finding.message for finding in played(tmp_path, text, seed).findings]
        assert any("the checkpoint of dialect seed is another one" in message for message in messages)

    def test_a_project_that_is_written_out_has_no_rules_where_nobody_knows_how_they_are_written(self, tmp_path):
        result = played(tmp_path, RECOVERY, make_programs(tmp_path / "bin", ["daemon", "work"], "raw"))
        assert codes(result) == [Failure.NOT_EXPRESSIBLE]
        assert "need WPL and OML" in result.findings[0].message

    def test_a_project_that_is_written_out_has_connectors_and_rules_where_programs_want_them(self, tmp_path):
        result = played(tmp_path, RECOVERY, make_programs(tmp_path / "bin", ["batch", "daemon"], "json"))
        assert result.outcome is Outcome.PASSED, result.findings

    def test_a_message_that_they_may_log_in_other_words_is_unverified(self, tmp_path):
        text = RECOVERY.replace("then:\n", "then:\n  log: {wprescue: [a word of ours]}\n")
        result = played(tmp_path, text, make_programs(tmp_path / "bin", ["batch"], "json"))
        assert (codes(result), result.outcome) == ([Failure.LOG], Outcome.UNVERIFIED)
        assert any("in words of their own" in line for line in result.findings[0].evidence)
        never = text.replace("[a word of ours]", "{never: recover begin*}")
        result = played(tmp_path, never, make_programs(tmp_path / "bin", ["batch"], "json"))
        assert (codes(result), result.outcome) == ([Failure.LOG], Outcome.FAILED)

    @pytest.mark.parametrize(("target", "told"), [("miss", [Failure.NOT_EXPRESSIBLE]), ("a", [])])
    def test_lines_that_no_rule_of_a_directory_takes_are_told_before_the_run(self, tmp_path, target, told):
        make_todays_project(tmp_path / "project")
        programs = make_programs(tmp_path / "bin", ["batch", "daemon"], "json")
        pipeline = programs / "wparse"
        pipeline.write_text(f"#!/bin/sh\nmkdir -p data/out_dat\ncp data/in_dat/gen.dat data/out_dat/{target}.dat\n")
        pipeline.chmod(0o755)
        text = "scenario: s\nproject: project\ngiven: {source: {lines: 3}}\nwhen: [{run: wparse batch}]\n"
        result = played(tmp_path, text, programs)
        assert codes(result) == told, result.findings
        if told:
            assert "no rule takes a line of this sample" in result.findings[0].message

    @pytest.mark.parametrize(("given", "steps"), [("{lines: 3}", ""), ("{lines: 0}", "{run: wpgen sample -n 3}, ")])
    def test_targets_that_get_fields_of_the_lines_are_told_before_the_run(self, tmp_path, given, steps):
        make_todays_project(tmp_path / "project")
        programs = make_programs(tmp_path / "bin", ["batch", "daemon"], "json")
        pipeline = programs / "wparse"
        pipeline.write_text(
            "#!/bin/sh\nmkdir -p data/out_dat\nsed 's/.*/field &/' data/in_dat/gen.dat >data/out_dat/a.dat\n"
        )
        pipeline.chmod(0o755)
        shutil.copy(pipeline, programs / "wpgen")  # which no run comes to
        text = f"scenario: s\nproject: project\ngiven: {{source: {given}}}\nwhen: [{steps}{{run: wparse batch}}]\n"
        result = played(tmp_path, text, programs)
        assert codes(result) == [Failure.NOT_EXPRESSIBLE], result.findings
        assert "a.dat gets what a rule or a model makes of lines" in result.findings[0].message

    def test_the_lines_of_every_source_are_tried_and_none_is_missing_there(self, tmp_path):
        root = make_todays_project(tmp_path / "project")
        sources = root / "conf/wpsrc.toml"
        one = sources.read_text()
        sources.write_text(one + one.replace("gen", "two").replace("one", "two"))
        programs = make_programs(tmp_path / "bin", ["batch", "daemon"], "json")
        pipeline = programs / "wparse"
        pipeline.write_text(
            "#!/bin/sh\nmkdir -p data/out_dat\ntest -f data/in_dat/two.dat -a -f data/in_dat/gen.dat || exit 100\n"
            "cat data/in_dat/*.dat > data/out_dat/miss.dat\n"
        )
        pipeline.chmod(0o755)
        given = f'data/in_dat/two.dat: {{text: "{SAMPLE}\\nno sample\\n"}}, data/in_dat/gen.dat: {{text: ""}}'
        text = f"scenario: s\nproject: project\ngiven: {{files: {{{given}}}}}\nwhen: [{{run: wparse batch}}]\n"
        result = played(tmp_path, text, programs)
        assert codes(result) == [Failure.NOT_EXPRESSIBLE], result.findings
        assert result.findings[0].message.endswith(f"no rule takes a line of this sample: {SAMPLE}")

    def test_a_directory_in_the_seeds_layout_is_written_out_as_they_have_theirs(self, tmp_path):
        root = make_project(tmp_path / "project", sink='type = "file"')
        programs = make_programs(tmp_path / "bin", ["batch", "daemon"], "json")
        result = played(tmp_path, IN_DIRECTORY, programs)
        assert result.outcome is Outcome.PASSED, result.findings
        sources = root / "conf/wpsrc.toml"
        one = sources.read_text()
        sources.write_text(one + one.replace("one", "two").replace("gen", "two"))
        result = played(tmp_path, IN_DIRECTORY, programs)
        assert codes(result) == [Failure.NOT_EXPRESSIBLE]
        assert "the seed's layout" in result.findings[0].message

    def test_a_command_that_they_do_not_have_is_told_where_what_is_instead_may_have_made_it_fail(self, tmp_path):
        text = WRONG.replace("  - run: wprescue work\n", "  - run: wproj rescue unlock\n  - run: wprescue work\n")
        result = played(tmp_path, text, make_programs(tmp_path / "bin", ["batch", "daemon"], "json"))
        assert result.outcome is Outcome.UNVERIFIED, result.findings
        assert any("here it is wptest's own" in line for finding in result.findings for line in finding.evidence)

    def test_an_unknown_dialect_is_wrong_usage(self, tmp_path):
        written(tmp_path, RECOVERY)
        make_programs(tmp_path / "bin", ["sing"], "raw")
        done = wptest(tmp_path, "run", ".", "--subject", "process", "--bin-dir", "bin")
        assert done.returncode == 4
        assert "is not known" in done.stderr
        assert "wp-motor: batch" in done.stderr


def processes_with(mark: str) -> list[int]:
    """Whoever has the mark in the environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
class TestNothingIsLeft:
    def test_not_of_a_program_that_hangs(self, tmp_path, monkeypatch):
        monkeypatch.setattr(against_processes, "_PATIENCE", 1_000_000_000)
        mark = str(uuid.uuid4())
        monkeypatch.setenv("FAKE", "hangs")
        monkeypatch.setenv("MARK", mark)
        make_todays_project(tmp_path / "project")
        result = played(tmp_path, IN_DIRECTORY, make_programs(tmp_path / "bin", ["batch"], "json"))
        assert Failure.STUCK in codes(result)
        assert processes_with(mark) == [os.getpid()] or processes_with(mark) == []

    def test_not_of_what_a_program_has_started(self, tmp_path):
        mark = str(uuid.uuid4())
        make_todays_project(tmp_path / "project")
        make_programs(tmp_path / "bin", ["batch"], "json")
        written(tmp_path, IN_DIRECTORY)
        variables = {"FAKE": "leaves a child", "MARK": mark}
        done = wptest(tmp_path, "run", ".", "--subject", "process", "--bin-dir", "bin", **variables)
        assert done.returncode == 0, done.stdout
        assert processes_with(mark) == []

    @pytest.mark.parametrize(
        ("number", "more"),
        [
            (signal.SIGINT, []),
            pytest.param(signal.SIGINT, ["-n", "2"], marks=pytest.mark.slow),
            (signal.SIGKILL, []),
        ],
    )
    def test_not_when_wptest_is_stopped(self, tmp_path, number, more):
        mark, place = str(uuid.uuid4()), tmp_path / "tmp"
        place.mkdir()
        written(tmp_path, f"{SLOW}---\n{SLOW.replace('recovery', 'other', 1)}")
        process = subprocess.Popen(
            [sys.executable, "-m", "wptest.cli", "run", ".", "--subject", "process", *more],
            cwd=tmp_path,
            env=environment(MARK=mark, TMPDIR=str(place)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        wait_for(lambda: any(path.name == "wprescue.log" for path in files_below(place)))
        os.killpg(process.pid, number)
        output, _ = process.communicate(timeout=TIMEOUT)  # which is far less than the scenario takes
        assert "Traceback" not in output
        if number == signal.SIGINT:
            assert process.returncode == 130
        wait_for(lambda: processes_with(mark) == [])
        wait_for(lambda: not files_below(place))
