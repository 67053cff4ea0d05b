"""Sinks that keep their lines where no scenario looks, and read them back themselves."""

from __future__ import annotations

import gzip
import json
import os
import threading
import time

import pytest
from python_sinks import OUTAGE, RESCUED, SOME, scenario, with_sink

from engine.foreign.fake_disk import FakeDisk
from engine.foreign.hooks import hooked
from engine.foreign.sink_failed import SinkFailed
from wptest.run.running import run_on
from wptest.run.world import RunOptions

COMPLETE = "{sinks: {a: {lines: 300}}, replay: {duplicates: 0, lost: 0}}"
ONCE = "{sinks: {a: {lines: 300}}, ledger: {lost: 0, duplicates: 0}}"
LIVE = """
  - start: wparse daemon
  - wait: idle
  - signal: {wparse: TERM}
  - wait: {exit: wparse}
  - run: wprescue work
"""


class Server:
    """Keeps lines, as a database server does that has nothing to do with the simulation."""

    def __init__(self):
        self.lines = []
        self.down = False
        self.on_store = lambda _number: None  # called after each batch that was stored
        self.batches = 0

    def store(self, lines):
        self.ask()
        self.lines += lines
        self.batches += 1
        self.on_store(self.batches)

    def ask(self):
        if self.down:
            raise ConnectionRefusedError(111, "Connection refused")
        return list(self.lines)


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def play(tmp_path, server):
    """Run a scenario whose sink `a` is at the server: what the run says."""

    def run(when, given=SOME, then="{}", client=None, **functions):
        class Client:
            def __init__(self, path):
                self.path = path

            def write(self, lines):
                server.store(lines)

        functions = {"stored": lambda _path: server.ask()} | functions
        variant = with_sink(scenario(tmp_path / "s.wptest.yaml", when, given, then), client or Client, **functions)
        with hooked():
            return run_on(FakeDisk(), variant, RunOptions())

    return run


def told(result):
    return [(finding.name, finding.message) for finding in result.findings]


def test_what_a_server_has_is_what_the_sink_has_got(play, server):
    result = play(LIVE, then=ONCE)

    assert told(result) == []
    assert len(server.lines) == 300


@pytest.mark.parametrize("kept", [0, 1, 250, 299])
def test_lines_that_a_server_has_lost_are_missed(play, server, kept):
    result = play(LIVE, then=ONCE, stored=lambda _path: server.ask()[:kept])

    assert dict(told(result))["no_loss"].startswith(f"{300 - kept} of 300 lines")


@pytest.mark.parametrize("batch", [1, 3, 10])
def test_after_a_kill_between_the_commit_and_the_answer_nothing_is_sent_twice(play, server, batch):
    def slow_answer(number):
        if number == batch:
            time.sleep(0.5)

    server.on_store = slow_answer
    when = f"""
  - start: wprescue work
  - after: {batch}00ms
    kill: wprescue
  - run: wprescue work
"""

    result = play(when, RESCUED, COMPLETE)

    killed = next(index for index, event in enumerate(result.events) if event.kind == "program.killed")
    counted = [event.fields["lines"] for event in result.events[:killed] if event.kind == "sink.delivered"]
    assert told(result) == []
    assert sum(counted) == 10 * (batch - 1), "one batch more was there"
    assert len(server.lines) == len(set(server.lines)) == 300


@pytest.mark.parametrize("stop", ["kill", "signal"])
@pytest.mark.parametrize("line", [1, 95, 299])
def test_a_recovery_that_is_stopped_goes_on_where_the_server_is(play, server, stop, line):
    doing = "kill: wprescue" if stop == "kill" else "signal: {wprescue: TERM}\n  - wait: {exit: wprescue}"
    when = f"""
  - start: wprescue work
  - upon: {{sink: a, lines: {line}}}
    {doing}
  - run: wprescue work
"""

    result = play(when, RESCUED, COMPLETE)

    assert told(result) == []
    assert len(server.lines) == len(set(server.lines)) == 300


@pytest.mark.parametrize(
    ("error", "doubled"),
    [
        (ConnectionResetError(104, "Connection reset"), 0),
        (SinkFailed("no answer", written=None), 0),
        (SinkFailed("refused"), 10),
    ],
    ids=["OSError", "does not know", "says none"],
)
def test_an_answer_that_is_lost_is_looked_up_unless_the_sink_says_what_is_not_so(play, server, error, doubled):
    def lose_one(number):
        if number == 5:
            raise error

    server.on_store = lose_one

    result = play(LIVE)

    assert len(server.lines) == 300 + doubled
    assert ("no_duplicate" in dict(told(result))) is bool(doubled)


def test_a_server_that_is_down_is_a_sink_that_is_down(play, server):
    def go_down(number):
        if number == 5:
            server.down = True

    server.on_store = go_down

    class Waiting:
        def __init__(self, path):
            pass

        def write(self, lines):
            server.store(lines)

        def reconnect(self):
            server.down = False

    result = play(LIVE, then=ONCE, client=Waiting)

    kinds = [event.kind for event in result.events]
    assert told(result) == []
    assert kinds.index("sink.failed") < kinds.index("rescue.created") < kinds.index("recovery.file_removed")


def test_while_a_server_is_out_of_reach_nothing_is_proved(play, server):
    server.on_store = lambda number: setattr(server, "down", number == 5)

    result = play("  - start: wparse daemon\n  - wait: 1s\n  - check: {sinks: {a: {lines: 50}}}")

    codes = {finding.code for finding in result.findings}
    assert result.outcome.value == "unverified"
    assert codes == {"WPT-R047"}
    message = "what the sink has stored can't be read back: Connection refused (data/out_dat/a.dat)"
    assert {finding.message for finding in result.findings} == {message}


def test_a_server_that_is_down_when_a_program_starts_has_lost_nothing(play, server):
    class Lazy:
        def __init__(self, path):
            pass

        def write(self, lines):
            server.store(lines)

        def reconnect(self):
            server.down = False

    def go_down(number):
        server.down = number == 30

    server.on_store = go_down
    result = play(LIVE, RESCUED.replace("{files", "{source: {lines: 300, rate: 100/s}, files"), client=Lazy)

    assert {finding.code for finding in result.findings} == {"WPT-R047"}
    assert len(server.lines) == 600


def test_a_recovery_whose_server_can_not_be_asked_waits_for_it(play, server):
    asked = []

    def stored(_path):
        thread = threading.current_thread()
        if thread.name == "wprescue a" and thread not in asked:  # the program itself, and not whoever judges it
            asked.append(thread)
            raise TimeoutError(110, "Connection timed out")
        return server.ask()

    stopped = "  - start: wprescue work\n  - upon: {sink: a, lines: 95}\n    kill: wprescue\n  - run: wprescue work"
    result = play(stopped, RESCUED, COMPLETE, stored=stored)

    assert told(result) == []
    reasons = [event.fields["reason"] for event in result.events if event.kind == "sink.failed"]
    assert reasons == ["Connection timed out (data/out_dat/a.dat)"] * 2, "each asks before it begins"


def test_zeros_in_its_lines_are_no_holes_that_could_be_cut_off(play, server):
    text = "".join(f"line {number} \\0\\n" for number in range(300))
    given = f"{{files: {{'data/rescue/a-2025-10-04_01:59:24.dat': {{text: \"{text}\"}}}}}}"
    when = "  - start: wprescue work\n  - upon: {sink: a, lines: 95}\n    kill: wprescue\n  - run: wprescue work"

    result = play(when, given, COMPLETE)

    assert told(result) == []
    assert len(set(server.lines)) == len(server.lines) == 300


def test_each_run_begins_with_what_reset_leaves(play, server):
    server.lines = [b"of an earlier run"]
    first = play(LIVE, then=ONCE)
    assert "so many lines are stored before the first is written: 1; 'reset' can take them out" in told(first)[0][1]

    for _ in range(2):
        result = play(LIVE, then=ONCE, reset=lambda _path: server.lines.clear())
        assert told(result) == []


def test_an_order_that_changes_is_noted(play, server):
    check = "  - check: {ledger: {lost: 0}}\n"
    when = f"  - start: wparse daemon\n  - wait: 1s\n{check}  - wait: 1s\n{check}"
    result = play(when, stored=lambda _path: server.ask()[::-1])

    assert "lines of data/out_dat/a.dat that it had given before in another order" in result.notes[0]


class Zipped:
    """Keeps its lines in files that are no files of lines, below the work root."""

    def __init__(self, path):
        self.path = path

    def write(self, lines):
        with gzip.open(self.path, "ab") as file:
            file.write(json.dumps([line.decode() for line in lines]).encode() + b"\n")


def unzipped(path):
    if not os.path.exists(path):
        return
    with gzip.open(path) as file:
        for batch in file:
            yield from (line.encode() for line in json.loads(batch))


@pytest.mark.parametrize("line", [1, 95, 200])
def test_a_file_of_any_form_can_be_read_back(play, line):
    when = (
        OUTAGE.format(errno="EIO")
        + f"""
  - write: {{"data/rescue/a-2025-10-04_02:59:24.dat": {{lines: 300, marked: more}}}}
  - start: wprescue work
  - upon: {{sink: a, lines: {300 + line}}}
    kill: wprescue
  - run: wprescue work
"""
    )

    result = play(
        when, then="{sinks: {a: {lines: 600}}, ledger: {lost: 0, duplicates: 0}}", client=Zipped, stored=unzipped
    )

    assert told(result) == []
    assert any(event.kind == "rescue.created" for event in result.events)


def test_what_was_there_before_is_owed_as_in_any_target(play):
    given = "{source: {lines: 30}, files: {data/out_dat/a.dat: {text: 'old one,old two'}}}"

    class Commas:
        def __init__(self, path):
            self.path = path

        def write(self, lines):
            with open(self.path, "ab") as file:
                file.write(b"".join(b"," + line for line in lines))

    def stored(path):
        with open(path, "rb") as file:
            return file.read().split(b",")

    result = play("  - run: wparse batch", given, "{sinks: {a: {lines: 32}}}", client=Commas, stored=stored)
    assert told(result) == []

    result = play("  - run: wparse batch", given, client=Commas, stored=lambda path: stored(path)[1:])
    assert told(result) == [], "what it doesn't say was never there"
