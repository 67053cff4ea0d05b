"""A user's own sinks inside the simulation: their files, their clocks, their mistakes."""

from __future__ import annotations

import builtins
import fcntl
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from python_sinks import (
    COMPLETE,
    ESCAPES,
    OUTAGE,
    RESCUED,
    SOME,
    TARGET,
    Clinging,
    Escaping,
    Forgetful,
    Mistaken,
    Plain,
    Replacing,
    Retaining,
    Sleeping,
    Stamping,
    joined,
    scenario,
    unstamped,
    with_sink,
)

from engine.foreign.fake_disk import FakeDisk
from engine.foreign.hooks import hooked
from engine.foreign.sink_failed import SinkFailed
from engine.storage.disk_port import read_all
from engine.units import HOUR
from wptest.explore.explorations import NotDone, explorations
from wptest.run.running import run_on, run_on_real_disk, run_variant
from wptest.run.world import RunOptions
from wptest.words.explore import CrashExplore, ErrorExplore, Explore

HERE = Path(__file__).parent
PYTHONPATH = os.pathsep.join(map(str, (HERE, HERE.parents[1])))
KILL_IN_REPLAY = """
  - start: wprescue work
  - upon: {{operation: {operation}, on: {on}, nth: {nth}}}
    kill: wprescue
  - run: wprescue work
"""


@pytest.fixture
def play(tmp_path):
    """Run a scenario with a python sink: its result, and what it left on the disk."""

    def run(make, when, given=SOME, then="{}", original=None):
        disk = FakeDisk()
        variant = with_sink(scenario(tmp_path / "s.wptest.yaml", when, given, then), make, original)
        with hooked():
            return run_on(disk, variant, RunOptions()), disk

    return run


def told(result):
    return [(finding.name, finding.message) for finding in result.findings]


@pytest.mark.parametrize("errno", ["EIO", "ENOSPC", "EACCES"])
@pytest.mark.parametrize("make", [Plain, Replacing])
def test_an_outage_of_its_target_ends_with_every_line_once(play, make, errno):
    result, disk = play(make, OUTAGE.format(errno=errno).replace("a.dat,", "a.*,"), then=COMPLETE)

    assert told(result) == []
    lines = read_all(disk, TARGET).splitlines()
    assert len(lines) == len(set(lines)) == 300
    assert any(event.kind == "rescue.created" for event in result.events)


def test_a_file_whose_flush_failed_writes_its_buffer_later_and_doubles_lines(play):
    result, _ = play(Retaining, OUTAGE.format(errno="EIO"))

    assert "no_duplicate" in dict(told(result))


def test_lines_that_are_never_flushed_are_lost_by_a_kill(play):
    result, _ = play(Forgetful, "  - start: wparse daemon\n  - at: 2s\n    kill: wparse")

    name, message = told(result)[0]
    assert name == "no_loss"
    assert "lines for data/out_dat/a.dat nowhere to be found" in message


def test_lines_in_a_buffer_are_in_flight_and_the_programs_end_flushes_them(play):
    check = "  - check: {ledger: {in_flight: 300, lost: 0}}"
    stop = "  - signal: {wparse: TERM}\n  - wait: {exit: wparse}"
    when = f"  - start: wparse daemon\n  - wait: idle\n{check}\n{stop}"
    given = "{source: {lines: 300, rate: 100/s}}"

    result, disk = play(TinyForgetful, when, given, then="{sinks: {a: {lines: 300}}}")

    assert told(result) == []
    assert read_all(disk, TARGET).count(b"\n") == 300


class TinyForgetful(Forgetful):
    """Has a buffer that everything fits into."""

    def __init__(self, path):
        super().__init__(path)
        self.file = open(path, "ab", buffering=1 << 20)


def test_close_is_called_at_the_end_and_not_by_a_kill(play):
    class Closing(Plain):
        def close(self):
            Path("closed").write_text("x")

    ended, disk = play(Closing, "  - run: wparse batch")
    assert told(ended) == []
    assert read_all(disk, "closed") == b"x"

    _, disk = play(Closing, "  - start: wparse daemon\n  - at: 2s\n    kill: wparse")
    assert "closed" not in disk.list("")


def test_dates_are_virtual_and_stored_lines_are_mapped_back(play):
    result, disk = play(Stamping, OUTAGE.format(errno="EIO"), then=COMPLETE, original=unstamped)

    assert told(result) == []
    stamps = [line.partition(b"|")[0].decode() for line in read_all(disk, TARGET).splitlines()]
    assert stamps[0].startswith("2025-10-04T01:59:20")
    assert datetime.fromisoformat(stamps[-1]) > datetime.fromisoformat(stamps[0])


def test_a_clock_step_moves_dates_and_not_monotonic_time(play):
    seen = []

    class Watching(Plain):
        def write(self, lines):
            super().write(lines)
            seen.append((time.time(), time.monotonic(), time.perf_counter_ns()))

    play(Watching, "  - start: wparse daemon\n  - at: 1s\n    clock: {step: -1h}\n  - wait: 1s")

    walls, monotonic, counters = zip(*seen, strict=True)
    assert walls[-1] < walls[0]
    assert list(monotonic) == sorted(monotonic)
    assert counters[-1] - counters[0] == round((monotonic[-1] - monotonic[0]) * 1e9)


def test_files_and_directories_are_as_old_as_what_was_done_to_them(tmp_path):
    """Those that are there at the start, and those of a step before any sink has run: by the scenario's clock."""
    seen = {}

    class Looking(Plain):
        def write(self, lines):
            super().write(lines)
            for path in (".", "/tmp", "data/given", "data/written", self.path):
                found = os.stat(path)
                seen[path] = [
                    time.strftime("%H:%M:%S", time.gmtime(each)) for each in (found.st_mtime, found.st_ctime)
                ]

    given = '{clock: "2025-03-04T05:06:07Z", source: {lines: 1}, files: {data/given: {text: "x"}}}'
    when = "  - at: 3s\n    write: {data/written: {text: x}}\n  - at: 5s\n    run: wparse batch"
    result = run_variant(with_sink(scenario(tmp_path / "s.wptest.yaml", when, given, "{}"), Looking))

    assert result.outcome.value == "passed"
    assert {path: times[0] for path, times in seen.items() if path != "."} == {
        "/tmp": "05:06:07",
        "data/given": "05:06:07",
        "data/written": "05:06:10",
        TARGET: "05:06:12",
    }
    assert all(mtime == ctime for mtime, ctime in seen.values())
    assert seen["."][0] in ("05:06:07", "05:06:12")


def test_sleep_takes_virtual_time_only(play):
    result, _ = play(Sleeping, "  - run: wparse batch", "{source: {lines: 100}}", "{sinks: {a: {lines: 100}}}")

    assert told(result) == []
    assert result.virtual_time >= HOUR // 2  # which no test waits for


def test_operations_can_be_slow(play):
    when = "  - fault: {on: data/out_dat/a.dat, fail: write, slow: 2s, times: 1}\n  - run: wparse batch"

    result, _ = play(Plain, when, "{source: {lines: 10}}")

    assert told(result) == []
    assert 2_000_000_000 <= result.virtual_time < 2_500_000_000


@pytest.mark.parametrize(
    ("operation", "on", "nth", "make"),
    [
        ("append", TARGET, 1, Plain),
        ("append", TARGET, 7, Plain),
        ("open", TARGET, 3, Plain),
        ("rename", "data/out_dat/a.tmp", 4, Replacing),
        ("rename", "data/rescue/recover.lock.tmp", 2, Plain),
        ("append", TARGET, 5, Stamping),
    ],
)
def test_a_kill_right_before_an_operation_of_the_sink_loses_and_doubles_nothing(play, operation, on, nth, make):
    when = KILL_IN_REPLAY.format(operation=operation, on=on, nth=nth)
    original = unstamped if make is Stamping else None

    result, disk = play(make, when, RESCUED, COMPLETE, original)

    assert told(result) == []
    lines = read_all(disk, TARGET).splitlines()
    assert len(lines) == len(set(lines)) == 300


def test_what_a_killed_sink_still_does_reaches_no_disk(play):
    when = (
        "  - start: wparse daemon\n  - upon: {operation: append, on: data/out_dat/a.dat, nth: 3}\n    kill: wparse"
    )

    result, disk = play(Clinging, when)

    assert read_all(disk, TARGET).count(b"last words") == 1
    assert read_all(disk, "data/out_dat/also.txt") == b"last words"
    assert any(event.kind == "program.killed" for event in result.events)


def test_a_full_disk_takes_a_part_which_is_counted(play):
    given = "{source: {lines: 300, rate: 100/s}, disk: {data/out_dat: {size: 4000B}}}"
    when = """
  - start: wparse daemon
  - at: 2s
    disk: {data/out_dat: {size: 1MB}}
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
"""

    class Careful(Plain):
        """Cuts off what a failed write has left of a line."""

        def write(self, lines):
            try:
                super().write(lines)
            except OSError:
                with open(self.path, "r+b") as file:
                    file.truncate(file.read().rfind(b"\n") + 1)
                raise

    result, _ = play(Careful, when, given, COMPLETE)
    assert told(result) == []

    result, _ = play(Plain, when, given)
    assert "no_invention" in dict(told(result)), "a torn line runs into the next one"


def test_an_exception_of_its_own_says_class_and_number(play):
    class Rejecting(Plain):
        def write(self, lines):
            super().write(lines[:1])
            raise SinkFailed("too long", written=1, error_class="data")

    result, disk = play(Rejecting, "  - run: wparse batch", "{source: {lines: 10}}", "{ledger: {dropped: 9}}")

    assert told(result) == []
    assert read_all(disk, TARGET).count(b"\n") == 1


def test_a_mistake_names_its_file_and_line(play):
    result, _ = play(Mistaken, "  - run: wparse batch")

    line = (HERE / "python_sinks.py").read_text().split("\n").index('        raise KeyError("no such thing")') + 1
    assert told(result)[0] == ("sink a", f"{HERE / 'python_sinks.py'}:{line}: KeyError: 'no such thing'")
    assert next(event.fields["code"] for event in result.events if event.kind == "program.exited") == 1


def test_a_mistake_in_the_closing_phase_fails_the_run_and_is_told_once(play):
    class Unclosable(Plain):
        def close(self):
            raise RuntimeError("still busy")

    result, _ = play(Unclosable, "  - start: wparse daemon\n  - wait: idle")

    (finding,) = result.findings
    assert result.outcome.value == "failed"
    assert finding.message.endswith("RuntimeError: still busy")


def test_files_that_are_removed_one_after_the_other_are_judged_by_the_lines_as_sent(play):
    given = "{files: {'data/rescue/a-2025-10-04_01:59:24.dat': {lines: 30, marked: one}, "
    given += "'data/rescue/a-2025-10-04_02:59:24.dat': {lines: 30, marked: two}}}"
    then = f"{{sinks: {{a: {{lines: 60, marked: [{', '.join(['two'] * 30 + ['one'] * 30)}]}}}}}}"
    changed = []

    class Swapping(Stamping):
        def write(self, lines):
            super().write([*lines[1::-1], *lines[2:]] if changed else lines)

    result, _ = play(Swapping, "  - run: wprescue work", given, then, unstamped)
    assert told(result) == []

    changed.append(True)
    result, _ = play(Swapping, "  - run: wprescue work", given, "{}", unstamped)
    assert "order" in dict(told(result))


@pytest.mark.parametrize(("how", "message"), ESCAPES.values(), ids=ESCAPES)
def test_what_escapes_is_refused_and_told(play, how, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    result, _ = play(lambda path: Escaping(path, how), "  - run: wparse batch")

    name, said = told(result)[0]
    assert name == "sink a"
    assert message in said
    assert str(HERE / "python_sinks.py") in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.wptest.yaml"]


def test_real_files_outside_of_the_work_root_can_be_read(play, tmp_path):
    (tmp_path / "package.txt").write_text("data of a package")

    class Reading(Plain):
        def write(self, lines):
            assert (tmp_path / "package.txt").read_text() == "data of a package"
            assert "python_sinks.py" in os.listdir(HERE)
            assert os.stat(__file__).st_size > 0
            super().write(lines)

    result, _ = play(Reading, "  - run: wparse batch")

    assert told(result) == []


def test_nothing_is_left_patched(play):
    def state():
        import random

        functions = [os.rename, os.open, builtins.open, open, time.sleep, time.time, time.monotonic, datetime]
        return [id(each) for each in functions], os.environ.get("TZ"), time.tzname, random.getstate()

    before = state()
    play(Plain, "  - run: wparse batch")
    assert state() == before
    assert os.getcwd() != "/project"


def test_what_a_module_takes_of_the_clock_while_a_sink_imports_it_is_real(play, tmp_path, monkeypatch):
    (tmp_path / "made_in_a_sink.py").write_text("import time\n\nCLOCKS = (time.time, time.monotonic)\n")
    monkeypatch.syspath_prepend(tmp_path)

    class Importing(Plain):
        def write(self, lines):
            import made_in_a_sink  # noqa: F401 - that is what it is about

            super().write(lines)

    result, _ = play(Importing, "  - run: wparse batch")
    module = sys.modules.pop("made_in_a_sink")

    assert told(result) == []
    assert module.CLOCKS == (time.time, time.monotonic)


def test_other_threads_see_the_real_machine_meanwhile(tmp_path):
    class Asking(Plain):
        def write(self, lines):
            super().write(lines)
            asked.set()
            answered.wait(5)

    def other():
        asked.wait(5)
        answers.append((os.path.exists(__file__), os.getcwd(), Path(TARGET).exists()))
        answered.set()

    asked, answered, answers = threading.Event(), threading.Event(), []
    thread = threading.Thread(target=other)
    thread.start()
    variant = with_sink(scenario(tmp_path / "s.wptest.yaml", "  - run: wparse batch"), Asking)
    assert run_variant(variant).outcome.value == "passed"
    thread.join()

    assert answers == [(True, os.getcwd(), False)]


@pytest.mark.slow
def test_no_thread_is_left_by_many_runs(tmp_path):
    when = "  - start: wparse daemon\n  - upon: {operation: append, on: data/out_dat/a.dat}\n    kill: wparse"
    variant = with_sink(scenario(tmp_path / "s.wptest.yaml", when, "{source: {lines: 5, rate: 10/s}}"), Clinging)
    before = threading.active_count()
    with hooked():  # around all of them, as who runs many would do
        hashes = {run_variant(variant).trace_hash for _ in range(200)}

    assert threading.active_count() == before
    assert len(hashes) == 1


def test_a_real_disk_can_not_show_it(tmp_path):
    result = run_on_real_disk(with_sink(scenario(tmp_path / "s.wptest.yaml", "  - run: wparse batch"), Plain))

    assert result.outcome.value == "unverified"
    (finding,) = result.findings
    assert finding.message == "a real disk can't do this: the files of the python sink a are simulated"
    assert result.events == (), "it is said before the run"


def test_a_power_loss_is_not_verified(play):
    result, _ = play(Plain, "  - start: wparse daemon\n  - at: 1s\n    power_loss: true")

    assert any("the power of a fake disk can't be cut" in message for _, message in told(result))


def test_many_operations_are_worth_a_note(play):
    class ByLine(Plain):
        def write(self, lines):
            for line in lines:
                super().write([line])

    result, _ = play(ByLine, "  - run: wparse batch", "{source: {lines: 3000}}")  # open and write each

    assert told(result) == []
    assert ["file operations" in note for note in result.notes] == [True]


@pytest.mark.parametrize("directory", [None, "data", "/tmp"])
def test_temporary_files_and_directories_come_and_go(play, directory):
    import tempfile

    class Temporary(Plain):
        def write(self, lines):
            with (
                tempfile.NamedTemporaryFile(dir=directory) as file,
                tempfile.TemporaryDirectory(dir=directory) as place,
            ):
                names = [file.name, os.path.join(place, "x")]
                Path(names[1]).write_text("x")
                assert all(map(os.path.exists, names))
            assert not any(map(os.path.exists, names))
            tempfile.NamedTemporaryFile(dir=directory, delete=False).close()
            super().write(lines)

    result, _ = play(Temporary, "  - run: wparse batch")

    assert told(result) == []


_HASHES = """
import json, sys
from pathlib import Path
from test_python_sinks import hashes
print(json.dumps(hashes(Path(sys.argv[1]))))
"""


def hashes(directory):
    """Trace hashes of some runs that use chance, dates and temporary files."""
    import random
    import tempfile
    import uuid

    class Chancy(Stamping):
        def write(self, lines):
            with tempfile.NamedTemporaryFile(dir=os.path.dirname(self.path)) as file:
                file.write(f"{uuid.uuid4()} {random.random()} {os.getpid()}".encode())
            super().write(lines)

    path = directory / "s.wptest.yaml"
    runs = [
        run_variant(with_sink(scenario(path, OUTAGE.format(errno="EIO")), make, original))
        for make, original in ((Plain, None), (Replacing, None), (Chancy, unstamped), (Retaining, None))
    ]
    assert [run.outcome.value for run in runs] == ["passed", "passed", "passed", "failed"]
    return [run.trace_hash for run in runs]


def test_same_hash_twice_and_in_another_process(tmp_path):
    here = hashes(tmp_path)
    assert hashes(tmp_path) == here
    assert len(set(here)) == len(here)
    environment = {**os.environ, "PYTHONHASHSEED": "4321", "TZ": "Asia/Tokyo", "PYTHONPATH": PYTHONPATH}
    command = [sys.executable, "-c", _HASHES, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == here


@pytest.mark.slow
def test_every_failing_operation_of_a_sink_can_be_explored(tmp_path):
    given = "{files: {'data/rescue/a-2025-10-04_01:59:24.dat': {lines: 30}}}"
    plain = scenario(tmp_path / "s.wptest.yaml", "  - run: wprescue work", given)
    errors = ErrorExplore(errno=("EIO",))
    explored = plain.scenario.model_copy(update={"explore": Explore(crash=CrashExplore(), errors=errors)})
    variant = with_sink(replace(plain, scenario=explored), Plain)

    crash, errors = explorations(variant, RunOptions())

    assert isinstance(crash, NotDone)
    assert errors.complete
    assert errors.run > 20
    assert errors.breaches == []


def test_the_sink_of_the_documentation_does_what_it_says(play):
    text = (HERE.parents[1] / "docs/python-sinks.md").read_text(encoding="utf-8")
    names = {}
    exec(text.split("```python\n")[1].split("```")[0], names)

    result, _ = play(names["LineFile"], OUTAGE.format(errno="EIO"), then=COMPLETE)

    assert told(result) == []


def test_an_error_class_that_is_none_is_a_mistake(play):
    class Wrong(Plain):
        def write(self, lines):
            raise SinkFailed("no", error_class="date")

    result, _ = play(Wrong, "  - run: wparse batch")

    name, message = told(result)[0]
    assert name == "sink a"
    assert "ValueError: unknown error class 'date', expected one of: sink, stg_ctrl, logic, data," in message


def test_a_target_that_can_not_be_opened_at_first_is_a_sink_that_is_down(play):
    when = "  - fault: {on: data/out_dat/a.dat, fail: open, errno: EACCES, for: 500ms}" + OUTAGE.format(errno="EIO")

    result, _ = play(Forgetful, when.replace("at: 1s", "at: 2s"))

    kinds = [event.kind for event in result.events]
    assert kinds.index("sink.failed") < kinds.index("rescue.created") < kinds.index("sink.delivered")
    assert "reconnect.failed" in kinds


def test_methods_that_it_may_have_are_called(play):
    called = []

    class Full(Plain):
        def sync(self):
            called.append("sync")

        def reconnect(self):
            called.append("reconnect")

        def close(self):
            called.append("close")

    result, _ = play(Full, OUTAGE.format(errno="EIO"), then=COMPLETE)

    assert told(result) == []
    assert set(called) == {"sync", "reconnect", "close"}


_ON_WORKERS = """
from datetime import datetime
from pathlib import Path
import pytest
from test_python_sinks import hashes

@pytest.mark.parametrize("number", range(2))
def test_runs(number, tmp_path):
    (tmp_path / "before").write_text("real")
    assert hashes(tmp_path) == {expected!r}
    assert (tmp_path / "before").read_text() == "real"
    assert datetime.now().year > 2025 and not Path("/project").exists()
"""


@pytest.mark.slow
def test_workers_of_xdist_are_not_disturbed(tmp_path):
    (tmp_path / "test_workers.py").write_text(_ON_WORKERS.format(expected=hashes(tmp_path)))
    (tmp_path / "s.wptest.yaml").unlink()
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = slow: of the module that is imported\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "-p",
        "xdist.plugin",
        "-p",
        "wptest.pytest_plugin",
        "-p",
        "no:cacheprovider",
        "-W",
        "error",
        "--durations=3",
    ]
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)

    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert max(map(float, re.findall(r"([\d.]+)s call", done.stdout))) < 60, "no clock was frozen"


def test_an_ordinary_scenario_imports_and_patches_nothing(tmp_path):
    code = """
import sys
from pathlib import Path
from python_sinks import scenario
from wptest.run.running import run_variant
assert run_variant(scenario(Path(sys.argv[1]) / "s.wptest.yaml", "  - run: wparse batch")).outcome.value == "passed"
assert not {"pyfakefs", "freezegun"} & set(sys.modules)
"""
    environment = {**os.environ, "PYTHONPATH": PYTHONPATH}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("make", "outcome"), [(Plain, "passed"), (Retaining, "unverified")])
def test_permissions_are_a_fault_where_a_sink_misses_them(play, make, outcome):
    """One opens its file for each batch, the other has it open."""
    when = f"""
  - start: wprescue daemon
  - upon: {{sink: a, lines: 100}}
    chmod: {{{TARGET}: '0444'}}
  - after: 2s
    chmod: {{{TARGET}: '0644'}}
  - wait: idle
"""
    result, _ = play(make, when, RESCUED, COMPLETE)

    assert result.outcome.value == outcome
    assert [finding.code for finding in result.findings] == ([] if outcome == "passed" else ["WPT-R069"])


def _locks_twice(kind):
    """A sink that locks its file by one object, and then by another."""

    class Twice(Plain):
        def write(self, lines):
            with open(self.path, "ab") as first, open(self.path, "ab") as second:
                getattr(fcntl, kind)(first, fcntl.LOCK_EX)
                getattr(fcntl, kind)(second, fcntl.LOCK_EX)
                second.write(joined(lines))

    return Twice


def test_a_process_is_granted_again_what_it_has_locked(play):
    result, _ = play(_locks_twice("lockf"), "  - run: wparse batch", then="{sinks: {a: {lines: 300}}}")

    assert told(result) == []


def test_a_wait_for_a_lock_that_nobody_gives_up_is_told_as_one_without_an_end(play):
    result, _ = play(_locks_twice("flock"), "  - run: wparse batch")

    stuck = next(finding for finding in result.findings if finding.code == "WPT-R040")
    assert "nothing has moved for 1h" in stuck.message
    assert "a doesn't come back from its own code: " in stuck.evidence[0]


def test_temporary_files_and_what_a_kernel_copies_pass_through(play):
    class Careful(Plain):
        """Gathers a batch aside, takes the room ahead, and lets the kernel copy."""

        def write(self, lines):
            with tempfile.NamedTemporaryFile(dir=os.path.dirname(self.path)) as aside:
                size = os.writev(aside.fileno(), [line + b"\n" for line in lines])
                fd = os.open(self.path, os.O_RDWR | os.O_CREAT)
                end = os.fstat(fd).st_size
                os.posix_fallocate(fd, end, size)
                os.copy_file_range(aside.fileno(), fd, size, 0, end)
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(fd)

    result, _ = play(Careful, "  - run: wparse batch", then="{sinks: {a: {lines: 300}}}")

    assert told(result) == []
