"""`wptest watch` runs what a saved file concerns, and ends cleanly."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from commands import TIMEOUT, environment
from samples import FAILING, PASSING, write

WAITING = "waiting for changes; Ctrl-C ends it\n"
OWN_CHECK = """\
import wptest
from helper import LEAST

@wptest.check
def at_least(run: wptest.Run, sink: wptest.SinkName) -> None:
    assert len(run.lines(sink)) >= LEAST
"""


class Watching:
    """A `wptest watch` that runs."""

    def __init__(self, cwd: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wptest", "watch", ".", "--no-store", "-o", "r.json", *options],
            cwd=cwd,
            env=environment(PYTHONUNBUFFERED="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._file = cwd / "r.json"

    def round(self) -> str:
        """What it shows until it waits for changes."""
        assert self.process.stdout is not None
        shown = ""
        while not shown.endswith(WAITING):
            line = self.process.stdout.readline()
            assert line, f"it has ended: {shown}"
            shown += line
        return shown

    @property
    def outcomes(self) -> dict[str, str]:
        """What the report says."""
        data = json.loads(self._file.read_text(encoding="utf-8"))
        told = {each["scenario"]: each["outcome"] for each in data["results"]}
        return told | {each["file"]: "invalid" for each in data["invalid"]}

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; the exit code, and what it shows last."""
        self.process.send_signal(number)
        output, _ = self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode, output


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def start(*options: str) -> Watching:
        started.append(Watching(tmp_path, *options))
        return started[-1]

    yield start
    for each in started:
        with suppress(ProcessLookupError):
            os.killpg(each.process.pid, signal.SIGKILL)


def test_it_runs_what_a_saved_file_concerns_and_keeps_the_report_fresh(tmp_path: Path, watching) -> None:
    write(tmp_path, passing=PASSING, failing=FAILING)
    watch = watching("--junit", "r.xml")
    first = watch.round()
    assert re.search(r"^1 failed, 1 passed in ", first, re.MULTILINE)
    assert watch.outcomes == {"passing": "passed", "too-few": "failed"}

    write(tmp_path, failing=FAILING.replace("{lines: 501}", "{lines: 500}").replace("  rescue: {dat: 1}\n", ""))
    second = watch.round()
    assert second.startswith("changed: failing.wptest.yaml; 1 variant to run\n")
    assert re.search(r"^1 passed in .*\nof all: 2 passed\n", second, re.MULTILINE)
    assert watch.outcomes == {"passing": "passed", "too-few": "passed"}

    write(tmp_path, another=PASSING.replace("passing", "another", 1))
    assert watch.round().startswith("changed: another.wptest.yaml; 1 variant to run\n")

    (tmp_path / "another.wptest.yaml").write_text("scenario: anot")  # half written
    assert "1 invalid file in " in watch.round()
    assert watch.outcomes["another.wptest.yaml"] == "invalid"

    (tmp_path / "another.wptest.yaml").unlink()
    assert watch.round().startswith("changed: another.wptest.yaml; 0 variants to run\n")
    assert watch.outcomes == {"passing": "passed", "too-few": "passed"}
    assert (tmp_path / "r.xml").read_text().count("<testcase ") == 2

    for path in tmp_path.glob("*.wptest.yaml"):
        path.unlink()
    assert "there is no scenario file" in watch.round()

    write(tmp_path, passing=PASSING)
    assert "; 1 variant to run\n" in watch.round()
    code, output = watch.end(signal.SIGINT)
    assert (code, output) == (130, "\nended\n")


def test_a_changed_file_of_a_project_directory_concerns_those_who_have_it(tmp_path: Path, watching) -> None:
    group = tmp_path / "shop/sink/business.d/web.toml"
    group.parent.mkdir(parents=True)
    (tmp_path / "shop/conf").mkdir()
    (tmp_path / "shop/conf/wparse.toml").touch()
    sink = '[[sink_group.sinks]]\nname = "{}"\ntype = "file"\nparams = {{ file = "a.dat" }}\n'
    group.write_text('[sink_group]\nrule = "/*"\n' + sink.format("a"))
    own = "project: shop\ngiven: {source: {lines: 10}}\nwhen: [{run: wparse batch}]\n"
    write(tmp_path, own=f"scenario: own\n{own}then: {{sinks: {{a: {{lines: 10}}}}}}\n")
    write(tmp_path, other=PASSING.replace("passing", "other", 1))
    watch = watching()
    watch.round()
    assert watch.outcomes == {"own": "passed", "other": "passed"}

    group.write_text('[sink_group]\nrule = "/*"\n' + sink.format("b"))
    assert watch.round().startswith("changed: shop/sink/business.d/web.toml; 1 variant to run\n")
    assert watch.outcomes == {"own.wptest.yaml": "invalid", "other": "passed"}
    assert watch.end(signal.SIGTERM) == (143, "\nended\n")


@pytest.mark.slow
def test_changed_python_is_read_again(tmp_path: Path, watching) -> None:
    (tmp_path / "pyproject.toml").touch()
    write(tmp_path, own=PASSING.replace("then:\n", "then:\n  at_least: {sink: a}\n"))
    write(tmp_path, other=PASSING.replace("passing", "other", 1))
    (tmp_path / "conftest.py").write_text(OWN_CHECK)
    (tmp_path / "helper.py").write_text("LEAST = 10\n")
    watch = watching()
    watch.round()
    assert watch.outcomes == {"passing": "passed", "other": "passed"}

    (tmp_path / "helper.py").write_text("LEAST = 11\n")
    assert watch.round().startswith("changed: helper.py; 2 variants to run\n")
    assert watch.outcomes == {"passing": "failed", "other": "passed"}

    code, output = watch.end(signal.SIGTERM)
    assert (code, output) == (143, "\nended\n")


@pytest.mark.slow
def test_ctrl_c_while_it_runs_leaves_no_process(tmp_path: Path, watching) -> None:
    endless = PASSING.replace("then:\n", "then:\n  endless: {sink: a}\n")
    write(tmp_path, endless=endless)
    (tmp_path / "conftest.py").write_text(
        "import wptest\n\n@wptest.check\ndef endless(run: wptest.Run, sink: wptest.SinkName) -> None:\n"
        f"    open({str(tmp_path / 'pid')!r}, 'w').write(str(__import__('os').getpid()))\n    while True: pass\n"
    )
    watch = watching()
    deadline = time.monotonic() + TIMEOUT
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)

    code, output = watch.end(signal.SIGINT)

    assert code == 130
    assert output.endswith("\nended\n")
    assert "Traceback" not in output
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_report_that_cannot_be_written_is_told_in_its_round_and_no_more_when_it_can_be(
    watching: Callable[..., Watching], tmp_path: Path
) -> None:
    file = write(tmp_path, a=PASSING) / "a.wptest.yaml"
    watch = watching()
    assert "can't write" not in watch.round()
    (tmp_path / "r.json").unlink()
    (tmp_path / "r.json").mkdir()
    file.write_text(file.read_text() + "\n")
    assert "can't write 'r.json'" in watch.round()
    (tmp_path / "r.json").rmdir()
    file.write_text(file.read_text() + "\n")
    watch.round()
    code, shown = watch.end(signal.SIGINT)

    assert (code, shown) == (130, "\nended\n")
    assert list(watch.outcomes.values()) == ["passed"]
