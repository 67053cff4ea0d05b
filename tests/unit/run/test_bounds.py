"""Somebody's own code that never comes back, or that keeps too much: the run ends, and says where it was."""

from __future__ import annotations

import re
import signal
import threading
import time

import pytest

from engine.kernel import scheduler
from engine.kernel.deadline import Where
from engine.units import HOUR
from wptest.console.pools import worker_process
from wptest.explore.breaches import breaches
from wptest.explore.explorations import NotDone, explorations
from wptest.extend.discovery import find_extensions
from wptest.extend.modules import Patience
from wptest.run.bounds import bounded, own_places
from wptest.run.running import run_variant
from wptest.run.world import RunOptions
from wptest.scenario.load import load_file
from wptest.words.failures import Failure

LIMIT = HOUR  # nobody waits for it: the code that loops rings the alarm itself
CODE = """\
from signal import SIGALRM, pthread_kill
from threading import main_thread

import wptest

ALARM = [pthread_kill]  # put aside: in a sink it is refused

@wptest.check
def spins(run: wptest.Run, by: wptest.SinkName):
    while True: ALARM[0](main_thread().ident, SIGALRM), len("check")

@wptest.check
def hoards(run: wptest.Run, by: wptest.SinkName):
    return [b"x" * 10**15]

@wptest.fault
def spin(hand: wptest.Hand, path: wptest.Path):
    while True: ALARM[0](main_thread().ident, SIGALRM), len("fault")

@wptest.sink
class Spinning:
    def __init__(self, path: str) -> None:
        self.path = path

    def write(self, lines: list[bytes]) -> None:
        while True: ALARM[0](main_thread().ident, SIGALRM), len("sink")
"""
SCENARIO = """\
scenario: s
project: {{sinks: {{a: {sink}}}}}
given: {{source: {{lines: 10}}}}
when:
  - {step}
  - run: wparse batch
then: {then}
explore: {{crash: {{}}}}
"""


@pytest.fixture
def load(tmp_path):
    def loaded(step="wait: 1ms", sink="{}", then="{}"):
        (tmp_path / "conftest.py").write_text(CODE)
        (tmp_path / "s.wptest.yaml").write_text(SCENARIO.format(step=step, sink=sink, then=then))
        ((variant,),) = (each.variants for each in load_file(tmp_path / "s.wptest.yaml"))
        return variant

    return loaded


class TestALoopWithoutAnEnd:
    @pytest.mark.parametrize(
        ("kind", "parts"),
        [
            ("check", {"then": "{spins: {by: a}}"}),
            ("fault", {"step": "fault: {spin: {path: x}}"}),
            ("sink", {"sink": "{spinning: {}}"}),
        ],
    )
    def test_it_is_ended_and_its_line_is_told(self, load, kind, parts):
        result = run_variant(load(**parts), RunOptions(timeout=LIMIT))
        (finding,) = [each for each in result.findings if each.code is Failure.TIMEOUT]
        line = CODE.splitlines().index(next(each for each in CODE.splitlines() if f'"{kind}"' in each)) + 1
        assert re.search(rf"it took more than 1h of real time, and was at \S+/conftest.py:{line} ", finding.message)
        assert f'SIGALRM), len("{kind}")' in finding.evidence[0]
        assert "--timeout 4h" in finding.help
        assert breaches(result.findings)

    def test_there_is_nothing_to_explore_in_it(self, load):
        (report,) = explorations(load(step="check: {spins: {by: a}}"), RunOptions(timeout=LIMIT))
        assert isinstance(report, NotDone)
        assert "the scenario's own run doesn't end: it took more than 1h" in report.why

    def test_an_import_is_ended_as_well(self, tmp_path, monkeypatch):
        code = "import signal, wptest\nwhile True: signal.raise_signal(signal.SIGALRM)\n"
        (tmp_path / "conftest.py").write_text(code)
        monkeypatch.setattr(Patience, "limit", LIMIT)
        (problem,) = find_extensions(tmp_path).problems
        assert (problem.line, problem.message) == (
            2, "conftest.py can't be imported: it takes more than 1h of real time",
        )  # fmt: skip


def test_of_code_that_is_not_ones_own_it_is_told_how_far_it_was(load):
    variant = load(step="start: wprescue daemon\n  - wait: 30000d")  # which looks every second

    def prepare(world):
        def ring():
            while world.machine.scheduler.now < HOUR:
                time.sleep(0.001)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGALRM)

        threading.Thread(target=ring, daemon=True).start()

    found = run_variant(variant, RunOptions(timeout=LIMIT), prepare).findings[-1]
    assert found.code is Failure.TIMEOUT
    assert re.fullmatch(r"until then: \S+ of virtual time, [\d,]+ steps of the programs", found.evidence[0])


class TestMemory:
    def test_own_code_that_keeps_too_much_is_told_with_its_line(self, load):
        (finding,) = run_variant(load(then="{hoards: {by: a}}")).findings
        assert finding.code is Failure.MEMORY
        assert re.search(r"it needs more memory than there is, at \S+/conftest.py:14 \(hoards\)", finding.message)

    def test_else_what_to_do_about_it(self):
        found = []
        with bounded(0, found):
            exec(compile("raise MemoryError", scheduler.__file__, "exec"))
        assert (found[0].code, found[0].name) == (Failure.MEMORY, "memory")
        assert "fewer lines" in found[0].help


def test_whoever_runs_the_engine_is_not_what_takes_so_long():
    inner, outer = Where("/home/me/conftest.py", 3, "check"), Where("/home/me/run_all.py", 9, "main")
    ours = Where(scheduler.__file__, 1, "run")
    assert own_places([inner, ours, outer]) == [inner]
    assert own_places([ours, outer]) == []


class TestTheLastWordsOfAWorker:
    WORDS = f"""\
Fatal Python error: Segmentation fault

Current thread 0x00007f (most recent call first):
  File "{worker_process.__file__}", line 1 in string_at
  File "/home/me/conftest.py", line 15 in eat
  File "/home/me/other.py", line 2 in <module>
"""

    def test_the_place_is_the_innermost_of_ones_own(self):
        assert worker_process._place(self.WORDS) == " at /home/me/conftest.py:15 (eat)"
        assert worker_process._place("") == ""

    @pytest.mark.parametrize(
        ("code", "told"),
        [
            (3, "exit code 3"),
            (0, "exit code 0"),
            (-signal.SIGKILL, "signal 9: out of memory?"),
            (-signal.SIGSEGV, f"signal 11: {signal.strsignal(signal.SIGSEGV).lower()}"),
            (None, "it closed its pipe"),
        ],
    )
    def test_how_it_ended(self, code, told):
        assert worker_process._end(code) == told
