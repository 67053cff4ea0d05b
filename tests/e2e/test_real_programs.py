"""`wparse`, `wprescue`, `wpgen` and `wproj` as real processes, on a real disk and in real time."""

from __future__ import annotations

import signal
import sys
import time

import pytest
from commands import ROOT, TIMEOUT
from real_programs import exec_, lines_of, make_project, rescue_files, run, started, wait_for

PHASES = "up 200ms, down 300ms"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path, speed_limit=2000)


class TestAnOutageAndItsRecovery:
    def test_every_line_is_delivered_once(self, project):
        assert run(project, "wpgen", "sample", "-n", "1500").returncode == 0
        issued = lines_of(project, "data/in_dat/gen.dat")
        assert run(project, "wparse", "batch", WPTEST_RESCUE_PHASES=PHASES).returncode == 0
        assert rescue_files(project)
        assert 0 < len(lines_of(project)) < len(issued)
        assert run(project, "wprescue", "work").returncode == 0
        assert sorted(lines_of(project)) == sorted(issued)
        assert not rescue_files(project)

    def test_logs_tell_the_time_of_the_day(self, project):
        run(project, "wpgen", "sample", "-n", "10")
        first = (project / "logs/wpgen.log").read_text()
        assert time.strftime("%Y-%m-%d %H", time.gmtime()) in first


class TestSignals:
    @pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGINT, signal.SIGTERM])
    def test_a_graceful_stop_loses_nothing_that_was_read(self, project, number):
        run(project, "wpgen", "sample", "-n", "100")
        with started(project, "wparse", "daemon") as wparse:
            wait_for(lambda: len(lines_of(project)) == 100)
            wparse.send_signal(number)
            wparse.send_signal(number)
            assert wparse.wait(TIMEOUT) == 0
        assert len(lines_of(project)) == 100

    def test_a_signal_that_comes_after_its_end_does_not_change_how_it_ended(self, project):
        # The interpreter gives signals back to the system before it ends, and so it takes what comes then.
        late = "import os, signal, sys; from engine.programs.main import main; code = main('wparse', ['batch']); "
        late += "signal.signal(2, signal.SIG_DFL); os.kill(os.getpid(), 2); sys.exit(code)"
        run(project, "wpgen", "sample", "-n", "100")
        assert run(project, sys.executable, "-c", late, PYTHONPATH=str(ROOT)).returncode == 0

    def test_hup_is_ignored(self, project):
        run(project, "wpgen", "sample", "-n", "100")
        with started(project, "wparse", "daemon") as wparse:
            wait_for(lambda: len(lines_of(project)) == 100)
            wparse.send_signal(signal.SIGHUP)
            wparse.terminate()
            assert wparse.wait(TIMEOUT) == 0


class TestOneInstance:
    def test_a_second_one_in_the_same_place_is_refused(self, project):
        with started(project, "wparse", "daemon") as first:
            wait_for((project / ".run/wparse.pid").exists)
            second = run(project, "wparse", "batch")
            assert second.returncode == 4
            assert second.stderr == (
                f"wparse: it runs in {project} already as process {first.pid} (.run/wparse.pid)\n"
            )
            assert run(project, "wprescue", "work").returncode == 0
            first.terminate()
            assert first.wait(TIMEOUT) == 0
        assert not (project / ".run/wparse.pid").exists()

    def test_what_a_killed_one_left_behind_stops_nobody(self, project):
        with started(project, "wprescue", "daemon") as first:
            wait_for((project / ".run/wprescue.pid").exists)
            first.kill()
            first.wait(TIMEOUT)
        assert (project / ".run/wprescue.pid").read_text() == f"{first.pid}\n"
        assert run(project, "wprescue", "work").returncode == 0


class TestMistakes:
    def test_a_wrong_option_is_2_with_the_nearest_one(self, project):
        done = run(project, "wprescue", "work", "--stats", "3")
        assert done.returncode == 2
        assert "wprescue has no option '--stats'" in done.stderr
        assert "did you mean '--stat'?" in done.stderr

    def test_a_wrong_variable_is_2(self, project):
        done = run(project, "wpgen", "sample", LINE_CNT="many")
        assert done.returncode == 2
        assert "the environment variable LINE_CNT: 'many' is not a whole number" in done.stderr

    def test_a_mistake_in_the_project_is_44_with_its_place(self, project):
        (project / "conf/wparse.toml").write_text("speed_limit = 'x'\n")
        done = run(project.parent, "wparse", "batch", "--work-root", project.name)
        assert done.returncode == 44
        assert done.stderr.splitlines() == [
            f"{project.name}/conf/wparse.toml:1:15: 'speed_limit' must be a whole number, not text",
            "    speed_limit = 'x'",
            "                  ^^^",
        ]

    def test_what_has_no_effect_in_the_project_is_a_warning(self, project):
        (project / "conf/wparse.toml").write_text("rescue_rot = 'x'\n")
        done = run(project, "wpgen", "sample", "-n", "5")
        assert done.returncode == 0
        assert done.stderr.startswith("conf/wparse.toml:1:1: warning: ")
        assert "did you mean 'rescue_root'?" in done.stderr

    def test_a_stand_in_is_told(self, tmp_path):
        project = make_project(tmp_path, sink='type = "kafka"')
        run(project, "wpgen", "sample", "-n", "5")
        done = run(project, "wparse", "batch")
        assert "wparse: a is a stand-in for kafka: its lines go to data/stand_in/a.dat\n" in done.stderr
        assert len(lines_of(project, "data/stand_in/a.dat")) == 5

    def test_a_missing_input_is_2_and_told(self, project):
        done = run(project, "wparse", "batch")
        assert done.returncode == 2
        assert done.stderr == "wparse: can't open data/in_dat/gen.dat: No such file or directory\n"


class TestOutput:
    def test_figures_are_tables_where_they_are_asked_for(self, project):
        run(project, "wpgen", "sample", "-n", "10")
        assert run(project, "wparse", "batch").stdout == ""
        title, _, *rows = run(project, "wparse", "batch", "-p").stdout.splitlines()
        assert title == "sum stat:"
        assert [row.split()[:5] for row in rows] == [
            ["pick", "pick_stat", "data/in_dat/gen.dat", "10", "10"],
            ["sink", "sink_stat", "a", "10", "10"],
        ]

    def test_a_program_outlives_who_reads_its_output(self, project):
        run(project, "wpgen", "sample", "-n", "10")
        with started(project, "wparse", "daemon", "-p") as wparse:
            wparse.stdout.close()
            wait_for(lambda: len(lines_of(project)) == 10)
            wparse.terminate()  # then it prints what it did
            assert wparse.wait(TIMEOUT) == 0

    def test_an_option_without_effect_is_said_in_the_log(self, project):
        assert run(project, "wprescue", "work", "-w", "4", "--wpl", "models/wpl").returncode == 0
        log = (project / "logs/wprescue.log").read_text()
        assert "[WARN] [ctrl] option -w has no effect" in log
        assert "[WARN] [ctrl] option --wpl has no effect" in log

    @pytest.mark.parametrize("program", ["wparse", "wprescue", "wpgen", "wproj"])
    def test_help_names_every_mode(self, tmp_path, program):
        done = run(tmp_path, program, "--help")
        assert done.returncode == 0
        assert done.stdout.startswith(program)
        assert "-w, --work-root DIR" in done.stdout


class TestWproj:
    def test_what_it_says_is_on_standard_output_and_its_verdict_is_the_exit_code(self, project):
        run(project, "wpgen", "sample", "-n", "10")
        run(project, "wparse", "batch")
        assert "Total enabled lines: 10" in run(project, "wproj", "stat", "file").stdout
        judged = run(project, "wproj", "validate", "sink-file", "-v")
        assert judged.stdout.startswith("validate: UNVERIFIED (nothing was checked)")
        assert judged.returncode == 101

    def test_an_output_that_is_lost_is_a_failure(self, project):
        done = run(project, "sh", "-c", "wproj rescue stat > /dev/full")
        assert done.returncode == 1
        assert done.stderr == "wproj: standard output can't be written: No space left on device\n"

    def test_init_makes_a_project_that_works(self, tmp_path):
        assert run(tmp_path, "wproj", "init", "-w", ".").returncode == 0
        assert run(tmp_path, "wproj", "check").returncode == 0
        assert run(tmp_path, "wpgen", "sample", "-n", "10").returncode == 0
        assert run(tmp_path, "wparse", "batch").returncode == 0


class TestBehaviour:
    def test_a_planted_fault_shows(self, project):
        (project / "data/rescue").mkdir(parents=True)
        lines = b"".join(b"line %d\n" % number for number in range(20))
        (project / "data/rescue/a-2025-10-04_01:59:24.dat").write_bytes(lines)
        done = run(project, "wprescue", "work", WPTEST_BEHAVIOUR="line_order=reversed")
        assert done.returncode == 0
        assert lines_of(project) == lines.splitlines()[::-1]

    @pytest.mark.parametrize(("choice", "number"), [("usr1", signal.SIGUSR1), ("hup", signal.SIGHUP)])
    def test_a_signal_that_kills_is_what_it_dies_of(self, project, choice, number):
        run(project, "wpgen", "sample", "-n", "10")
        with started(project, "wparse", "daemon", WPTEST_BEHAVIOUR=f"{choice}=kills") as wparse:
            wait_for(lambda: len(lines_of(project)) == 10)
            wparse.send_signal(number)
            assert wparse.wait(TIMEOUT) == -number

    def test_an_abort_is_one_of_the_system_too(self, project):
        (project / "data/rescue").mkdir(parents=True)
        for name in ("notes.dat", "a-2025-10-04_01:59:24.dat"):
            (project / "data/rescue" / name).write_bytes(b"one\n")
        done = run(project, "wprescue", "batch", WPTEST_BEHAVIOUR="unreadable_name=abort")
        assert done.returncode == -signal.SIGABRT

    def test_two_run_beside_each_other_where_none_excludes_the_other(self, project):
        behaviour = {"WPTEST_BEHAVIOUR": "two_recoveries=both_run"}
        with started(project, "wprescue", "daemon", **behaviour):
            wait_for((project / ".run/wprescue.pid").exists)
            assert run(project, "wprescue", "batch", **behaviour).returncode == 0

    def test_one_that_there_is_not_is_2_with_the_nearest(self, project):
        done = run(project, "wprescue", "work", WPTEST_BEHAVIOUR="wp-moter-1.17")
        assert done.returncode == 2
        assert "did you mean 'wp-motor-1.17'?" in done.stderr


class TestExec:
    def test_signals_reach_the_command_itself(self, project):
        run(project, "wpgen", "sample", "-n", "10")
        with started(project, sys.executable, "-m", "wptest.cli", "exec", "--", "wparse", "daemon") as wparse:
            wait_for((project / ".run/wparse.pid").exists)
            assert (project / ".run/wparse.pid").read_text() == f"{wparse.pid}\n"
            wparse.send_signal(signal.SIGINT)
            assert wparse.wait(TIMEOUT) == 0

    def test_the_programs_are_on_path_inside(self, project):
        done = exec_(project, "sh", "-c", "wpgen sample -n 10 && wparse batch && wc -l < data/out_dat/a.dat")
        assert done.stdout.strip() == "10", done.stderr

    def test_it_exits_as_the_command_does(self, tmp_path):
        assert exec_(tmp_path, "sh", "-c", "exit 7").returncode == 7

    def test_a_command_that_is_not_there_is_127(self, tmp_path):
        done = exec_(tmp_path, "no-such-command")
        assert done.returncode == 127
        assert done.stderr == "wptest exec: there is no command 'no-such-command'\n"
