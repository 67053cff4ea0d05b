"""Whatever stands in a rescue file, and wherever its recovery dies: every line arrives once, in order."""

from __future__ import annotations

import errno

import pytest
from engine_bench import CHECKPOINT, FILE, MILLISECOND, RESCUE, TARGET, recovery_bench
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.rescue.quarantine import quarantine_path, quarantined_lines
from engine.storage.files import Files

QUICK = settings(max_examples=60, deadline=None, database=None, derandomize=True)

GOOD = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=12)
    .map(str.encode)
    .filter(lambda line: line.strip()),
    st.sampled_from([b"again", b"again", b"crlf\r", b" x", "zeile ü".encode()]),
    st.integers(1, 3).map(lambda kilobytes: b"h" * (kilobytes * 30_000)),
)
BAD = st.sampled_from([b"\xff", b"caf\xe9", b"\xc3(", b"\xed\xa0\x80"])
BLANK = st.sampled_from([b"", b" ", b"\t\r", b"\x0b"])
LINES = st.lists(st.one_of(GOOD, GOOD, GOOD, BAD, BLANK), max_size=40)
SPEEDS = st.sampled_from([0, 10, 100, 1000])


def is_text(line):
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


class Crash:
    """Ends a process at its n-th storage operation: before it, with or without the power."""

    def __init__(self, bench, number, monkeypatch):
        self.left = number
        self.hit = False
        self.bench = bench
        operate = Files.operate

        async def crashing(files, *arguments, **options):
            self.left -= 1
            if self.left == 0:
                self.hit = True
                files._process.kill()
            return await operate(files, *arguments, **options)

        monkeypatch.setattr(Files, "operate", crashing)


def contents(lines, *, ended):
    data = b"".join(line + b"\n" for line in lines)
    return data if ended else data[:-1]


def check_all_arrived(bench, lines):
    assert bench.lines() == [line for line in lines if line.strip() and is_text(line)]
    bad = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not is_text(line)]
    assert quarantined_lines(bench.disk, quarantine_path(FILE)) == bad
    assert bench.rescue_files() == []
    assert CHECKPOINT not in bench.disk.list(RESCUE)


@QUICK
@given(LINES, st.booleans(), SPEEDS)
def test_a_recovery_without_trouble_brings_every_line(lines, ended, speed_limit):
    bench = recovery_bench(contents(lines, ended=ended), speed_limit=speed_limit)
    assert bench.run("wprescue work") == 0
    check_all_arrived(bench, lines)


@pytest.mark.parametrize("power", [False, True], ids=["kill", "power-loss"])
@settings(QUICK, max_examples=150)
@given(
    lines=LINES,
    ended=st.booleans(),
    speed_limit=SPEEDS,
    numbers=st.lists(st.integers(1, 60), min_size=1, max_size=3),
)
@example(lines=[b"one", b"", b"\xff"], ended=True, speed_limit=10, numbers=[14])
@example(lines=[b"one", b"\xfe", b"\xff", b"two"], ended=True, speed_limit=10, numbers=[20])
def test_a_recovery_that_dies_at_any_operation_is_carried_on_without_loss_or_duplicate(
    lines, ended, speed_limit, numbers, power
):
    bench = recovery_bench(contents(lines, ended=ended), speed_limit=speed_limit)
    for number in numbers:
        with pytest.MonkeyPatch.context() as monkeypatch:
            Crash(bench, number, monkeypatch)
            bench.run("wprescue work")
        if power:
            bench.disk.power_loss()
    assert bench.run("wprescue work") == 0
    check_all_arrived(bench, lines)


@pytest.mark.parametrize("power", [False, True], ids=["kill", "power-loss"])
@pytest.mark.parametrize("speed_limit", [0, 100])
def test_every_operation_of_one_recovery_may_be_its_last(speed_limit, power):
    lines = [b"one", b"two", b"", b"\xff", b"three", b"\xfe", b"", b"\xfd", b"four"]
    for number in range(1, 200):
        bench = recovery_bench(contents(lines, ended=True), speed_limit=speed_limit)
        with pytest.MonkeyPatch.context() as monkeypatch:
            crash = Crash(bench, number, monkeypatch)
            bench.run("wprescue work")
        if power:
            bench.disk.power_loss()
        assert bench.run("wprescue work") == 0, number
        check_all_arrived(bench, lines)
        if not crash.hit:
            break
    assert 15 < number < 199


@pytest.mark.parametrize("speed_limit", [0, 10])
def test_every_moment_between_operations_may_be_the_last(speed_limit):
    """A kill by the clock: between two units, where the reader is ahead of what was delivered."""
    lines = [b"one", b"two", b"", b"\xff", b"three", b"\xfe", b"\xfd", b"four"]
    for moment in range(0, 900, 50):
        bench = recovery_bench(contents(lines, ended=True), speed_limit=speed_limit)
        program = bench.start("wprescue work")
        bench.run_for(moment * MILLISECOND + 1)
        program.process.kill()
        assert bench.run("wprescue work") == 0
        check_all_arrived(bench, lines)


@QUICK
@given(
    lines=LINES,
    pattern=st.sampled_from([TARGET, FILE, f"{RESCUE}/*", "**"]),
    number=st.integers(1, 40),
    times=st.integers(1, 3),
    error=st.sampled_from([errno.EIO, errno.ENOSPC, errno.EACCES]),
)
def test_failing_operations_are_survived_by_one_more_recovery(lines, pattern, number, times, error):
    bench = recovery_bench(contents(lines, ended=True), speed_limit=1000)
    bench.fault(pattern, errno=error, nth=number, times=times)
    bench.run("wprescue work")
    bench.machine.storage.faults.heal()
    assert bench.run("wprescue work") == 0
    check_all_arrived(bench, lines)
