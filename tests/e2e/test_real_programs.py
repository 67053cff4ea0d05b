"""`wparse`, `wprescue`, `wpgen` and `wproj` as real processes, on a real disk and in real time."""

from __future__ import annotations

import signal
import time

import pytest
from real_programs import exec_, lines_of, make_project, rescue_files, run, started

PHASES = "up 200ms, down 300ms"


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path, speed_limit=2000)


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


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
            assert wparse.wait(20) == 0
        assert len(lines_of(project)) == 100

    def test_hup_is_ignored(self, project):
        run(project, "wpgen", "sample", "-n", "100")
        with started(project, "wparse", "daemon") as wparse:
            wait_for(lambda: len(lines_of(project)) == 100)
            wparse.send_signal(signal.SIGHUP)
            time.sleep(0.1)
            assert wparse.poll() is None
            wparse.terminate()
            assert wparse.wait(20) == 0


class TestExec:
    def test_the_programs_are_on_path_inside(self, project):
        done = exec_(project, "sh", "-c", "wpgen sample -n 10 && wparse batch && wc -l < data/out_dat/a.dat")
        assert done.stdout.strip() == "10", done.stderr

    def test_it_exits_as_the_command_does(self, tmp_path):
        assert exec_(tmp_path, "sh", "-c", "exit 7").returncode == 7

    def test_a_command_that_is_not_there_is_127(self, tmp_path):
        done = exec_(tmp_path, "no-such-command")
        assert done.returncode == 127
        assert done.stderr == "wptest exec: there is no command 'no-such-command'\n"
