"""The position of the input that `wparse` keeps: where the next one goes on, and what is told."""

from __future__ import annotations

import errno
import json
from dataclasses import replace

import pytest
from engine_bench import (
    FILE,
    INPUT,
    MILLISECOND,
    SECOND,
    TARGET,
    Bench,
    joined,
    make_project,
    numbered_lines,
    phases,
)

from engine.behaviour.profile import behaviour_of
from engine.kernel import Signal
from engine.pipeline.kept_position import LINES_BETWEEN, POSITION_PATH
from engine.pipeline.source import UNLIMITED_BATCH
from engine.project.model import GroupConf, SinkConf, SourceConf
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.storage.disk_port import read_all, write_all

RATE = 100.0
FIRST, MORE = numbered_lines(5), numbered_lines(3, first=6)


def bench_of(lines=(), *sinks, rate=0.0, **options):
    source = SourceConf(path=INPUT, rate=rate, keeps_position=True)
    bench = Bench(make_project(*sinks, source=source, patterns=(("/sample", "*"),)), **options)
    if lines:
        write_all(bench.disk, INPUT, joined(lines))
    return bench


def add(bench, lines):
    write_all(bench.disk, INPUT, read_all(bench.disk, INPUT) + joined(lines))


def append(bench, data):
    descriptor = bench.disk.open(INPUT)
    bench.disk.append(descriptor, data)
    bench.disk.close(descriptor)


def position(bench):
    return json.loads(read_all(bench.disk, POSITION_PATH))


def test_a_batch_goes_on_behind_the_last_one_and_reads_nothing_where_nothing_is_new():
    bench = bench_of(FIRST)

    assert bench.run("wparse batch") == bench.run("wparse batch") == 0
    append(bench, joined(MORE))
    assert bench.run("wparse batch") == 0

    assert bench.lines() == [*FIRST, *MORE]
    assert position(bench)["lines"] == 8
    assert not bench.log("warn")


def test_a_batch_of_so_many_lines_goes_on_with_the_next():
    bench = bench_of(FIRST)

    for _ in range(3):
        bench.run("wparse batch -n 2")

    assert bench.lines() == FIRST


def test_without_it_nothing_is_kept():
    bench = Bench()
    bench.feed(5)

    bench.run("wparse batch")

    assert not bench.disk.exists(POSITION_PATH)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"1", b'{"file": 1}', b"\xff", b"0" * 100])
def test_one_that_can_t_be_read_is_told_and_all_is_read_again(data):
    bench = bench_of(FIRST)
    bench.run("wparse batch")
    write_all(bench.disk, POSITION_PATH, data)

    assert bench.run("wparse batch") == 0

    assert bench.lines() == [*FIRST, *FIRST]
    (told,) = bench.log("error")
    why = told.removeprefix(f"{POSITION_PATH} can't be read: ").removesuffix("; the input is read from its start")
    assert why in ("it is no position as wparse writes one", "a value has the wrong type or is negative")


@pytest.mark.parametrize(
    ("key", "value"), [("offset", -1), ("lines", "5"), ("stopped", 1), ("file", True), ("checksum", None)]
)
def test_values_of_another_kind_are_none(key, value):
    bench = bench_of(FIRST)
    bench.run("wparse batch")
    write_all(bench.disk, POSITION_PATH, json.dumps({**position(bench), key: value}).encode())

    bench.run("wparse batch")

    assert bench.lines() == [*FIRST, *FIRST]
    assert len(bench.log("error")) == 1


def test_an_input_that_was_changed_within_is_read_from_its_start():
    bench = bench_of(FIRST)
    bench.run("wparse batch")
    data = read_all(bench.disk, INPUT)
    descriptor = bench.disk.open(INPUT, truncate=True)
    bench.disk.append(descriptor, data.replace(b"line 3", b"LINE 3"))

    bench.run("wparse batch")

    assert len(bench.lines()) == 10
    assert bench.log("warn") == [
        f"the input is read from its start, as it was cut or changed since it was last read: {INPUT}"
    ]


def test_another_file_with_equal_lines_is_another_file():
    bench = bench_of(FIRST)
    bench.run("wparse batch")
    bench.disk.remove(INPUT)
    descriptor = bench.disk.open("elsewhere")  # so that no number is used again
    add(bench, [*FIRST, *MORE])

    bench.run("wparse batch")

    assert bench.lines() == [*FIRST, *FIRST, *MORE]
    assert [line for line in bench.log("warn") if "is another file since it was last read" in line]
    bench.disk.close(descriptor)


@pytest.mark.parametrize("mode", ["daemon", "batch"])
def test_one_that_was_renamed_is_read_to_its_end_first(mode):
    bench = bench_of(FIRST)
    bench.run("wparse batch -n 2")
    bench.disk.rename(INPUT, f"{INPUT}.1")
    write_all(bench.disk, INPUT, joined(MORE))

    program = bench.start(f"wparse {mode}")
    bench.run_for(5 * SECOND)
    program.process.signal(Signal.TERM)
    bench.run_for(SECOND)

    assert bench.lines() == [*FIRST, *MORE]
    assert position(bench)["lines"] == 3


@pytest.mark.parametrize("mode", ["daemon", "batch"])
def test_the_rest_of_one_that_was_renamed_does_not_wait_for_a_new_one(mode):
    bench = bench_of(FIRST)
    bench.run("wparse batch -n 2")
    bench.disk.rename(INPUT, f"{INPUT}.1")

    program = bench.start(f"wparse {mode}")
    bench.run_for(5 * SECOND)
    assert bench.lines() == FIRST
    write_all(bench.disk, INPUT, joined(MORE))
    if mode == "batch":
        program = bench.start("wparse batch")
    bench.run_for(5 * SECOND)
    program.process.signal(Signal.TERM)
    bench.run_for(SECOND)

    assert bench.lines() == [*FIRST, *MORE]


def test_what_was_renamed_and_changed_is_let_be():
    bench = bench_of(FIRST)
    bench.run("wparse batch -n 2")
    bench.disk.rename(INPUT, f"{INPUT}.1")
    descriptor = bench.disk.open(f"{INPUT}.1", truncate=True)
    bench.disk.append(descriptor, b"another\n")
    write_all(bench.disk, INPUT, joined(MORE))

    bench.run("wparse batch")

    assert bench.lines() == [*FIRST[:2], *MORE]


def test_a_kill_in_an_outage_loses_nothing_and_the_next_one_says_what_may_come_twice():
    sinks = (SinkConf("a", TEST_RESCUE_KIND, TARGET, phases=phases(500, 60_000)),)
    bench = bench_of(numbered_lines(400), *sinks, rate=RATE)
    program = bench.start("wparse daemon")
    bench.run_for(2_750 * MILLISECOND)
    program.process.kill()
    kept = position(bench)["lines"]

    bench.machine.faultless = True
    assert bench.run("wproj rescue unlock") == 0
    assert bench.run("wparse batch") == 0
    assert bench.run("wprescue work") == 0

    arrived = bench.lines()
    assert set(arrived) == set(numbered_lines(400))
    assert 150 <= kept <= 270
    assert len(arrived) - 400 <= 280 - kept
    assert (
        f"the last wparse was not stopped but ended: what it read behind line {kept} may come twice: {INPUT}"
        in (bench.log("warn"))
    )


@pytest.mark.parametrize("operation", ["fsync", "rename", "append"])
def test_a_position_that_can_t_be_written_is_told_and_the_old_one_holds(operation):
    bench = bench_of(FIRST)
    bench.run("wparse batch -n 2")
    bench.fault(f"{POSITION_PATH}*", operation, errno=errno.EIO)

    assert bench.run("wparse batch") == 0
    bench.machine.storage.faults.heal()
    assert position(bench)["lines"] == 2
    assert [line for line in bench.log("error") if line.startswith(f"{POSITION_PATH} can't be written: ")]

    bench.run("wparse batch")
    assert bench.lines() == [*FIRST, *FIRST[2:]]


def test_a_target_that_can_t_be_synced_holds_it_back():
    bench = bench_of(FIRST)
    bench.fault(TARGET, "fsync", errno=errno.EIO)

    assert bench.run("wparse batch") == 0

    assert [each["lines"] for each in bench.events("source.position_saved")] == [0]
    assert [line for line in bench.log("warn") if line.startswith("the input's position has to wait for a: ")]


def test_a_daemon_whose_target_can_t_be_synced_comes_to_rest():
    bench = bench_of(FIRST)
    bench.fault(TARGET, "fsync", errno=errno.EIO)
    bench.start("wparse daemon")

    bench.run_for(60 * SECOND)

    assert bench.programs[0].idle_at == bench.machine.work
    assert len(bench.log("warn")) <= 2


def test_no_time_going_by_it_is_written_after_so_many_lines():
    lines = 2 * LINES_BETWEEN + 5_000
    bench = bench_of(numbered_lines(lines))
    bench.run("wparse batch")

    start, first, second, last = (each["lines"] for each in bench.events("source.position_saved"))
    assert start == 0
    assert LINES_BETWEEN <= first < LINES_BETWEEN + UNLIMITED_BATCH
    assert LINES_BETWEEN <= second - first < LINES_BETWEEN + UNLIMITED_BATCH
    assert last == lines


def test_a_group_of_several_replicas_has_passed_a_mark_when_all_of_them_have():
    bench = bench_of(numbered_lines(300), rate=RATE)
    business = GroupConf("business", (SinkConf("a", FILE_KIND, TARGET),), ("*",), parallel=3)
    bench.project = replace(bench.project, groups=(business, *bench.project.groups[1:]))

    program = bench.start("wparse daemon")
    bench.run_for(2_050 * MILLISECOND)
    program.process.kill()
    kept = position(bench)["lines"]
    bench.run("wparse batch")

    assert 100 <= kept <= 210
    assert set(bench.lines()) == set(numbered_lines(300))


def test_a_last_line_without_an_end_is_read_once():
    bench = bench_of(FIRST)
    append(bench, b"no end")

    bench.run("wparse batch")
    bench.run("wparse batch")

    assert bench.lines() == [*FIRST, b"no end"]


def test_a_clean_start_forgets_it():
    bench = bench_of(FIRST)
    bench.run("wparse batch")

    assert bench.run("wproj data clean") == 0
    bench.run("wparse batch")

    assert bench.lines() == FIRST


@pytest.mark.parametrize(
    ("path", "operation"),
    [("data/in_dat", "list"), (f"{INPUT}.1", "open"), (f"{INPUT}.1", "read")],
)
def test_where_a_renamed_input_can_t_be_looked_at_it_is_not_passed_over(path, operation):
    bench = bench_of(FIRST)
    bench.run("wparse batch -n 2")
    bench.disk.rename(INPUT, f"{INPUT}.1")
    write_all(bench.disk, INPUT, joined(MORE))
    bench.fault(path, operation, errno=errno.EINTR, times=1)

    assert bench.run("wparse batch") == 2
    assert bench.lines() == FIRST[:2]
    assert any(line.startswith(f"can't read {path}: ") for line in bench.log("error"))
    assert bench.run("wparse batch") == 0
    assert bench.lines() == [*FIRST, *MORE]


@pytest.mark.parametrize("operation", ["open", "read"])
def test_a_daemon_that_can_t_read_its_input_at_first_tries_again_and_reads_nothing_twice(operation):
    bench = bench_of(FIRST)
    bench.run("wparse batch -n 2")
    bench.fault(INPUT, operation, errno=errno.EINTR, times=2)
    bench.start("wparse daemon")

    bench.run_for(10 * SECOND)

    assert bench.lines() == FIRST


@pytest.mark.parametrize("operation", ["mkdir", "open", "append", "fsync", "rename"])
def test_nothing_is_read_before_it_is_kept_which_file_that_is(operation):
    """Killed in between, nobody would look for what only its memory had in a file that was renamed."""
    bench = bench_of(FIRST, rate=RATE)
    bench.fault(".run" if operation == "mkdir" else f"{POSITION_PATH}*", operation, errno=errno.EIO)
    program = bench.start("wparse daemon")
    bench.run_for(5 * SECOND)
    program.process.kill()
    bench.machine.storage.faults.heal()
    bench.disk.rename(INPUT, f"{INPUT}.1")
    write_all(bench.disk, INPUT, joined(MORE))

    assert bench.lines() == []
    assert f"can't keep the position of {INPUT}: nothing is read before" in bench.log("error")
    bench.run("wparse batch")
    assert bench.lines() == MORE


def test_a_batch_that_can_t_keep_its_first_position_says_so_and_a_daemon_goes_on_when_it_can():
    bench = bench_of(FIRST)
    bench.fault(f"{POSITION_PATH}*", "fsync", errno=errno.ENOSPC, times=2)

    assert bench.run("wparse batch") == 2
    assert bench.lines() == []
    bench.start("wparse daemon")
    bench.run_for(3 * SECOND)
    assert bench.lines() == FIRST


def test_a_position_that_can_t_be_looked_at_is_not_taken_for_none():
    """The rest of what was renamed would be passed over."""
    bench = bench_of(FIRST)
    bench.run("wparse batch -n 2")
    bench.disk.rename(INPUT, f"{INPUT}.1")
    write_all(bench.disk, INPUT, joined(MORE))
    bench.fault(POSITION_PATH, "read", errno=errno.EIO, times=1)

    assert bench.run("wparse batch") == 2
    assert bench.run("wparse batch") == 0
    assert bench.lines() == [*FIRST, *MORE]


def test_an_input_that_is_renamed_before_the_first_position_comes_is_read_to_its_end():
    bench = bench_of(FIRST, rate=RATE)
    program = bench.start("wparse daemon")
    bench.run_until_event("source.position_saved")
    program.process.kill()
    bench.disk.rename(INPUT, f"{INPUT}.1")
    write_all(bench.disk, INPUT, joined(MORE))

    assert bench.run("wparse batch") == 0
    assert bench.lines() == [*FIRST, *MORE]


def test_real_versions_keep_none():
    bench = bench_of(FIRST, behaviour=behaviour_of(["wp-motor-1.17"]))

    bench.run("wparse batch")
    bench.run("wparse batch")

    assert bench.lines() == [*FIRST, *FIRST]
    assert not bench.disk.exists(POSITION_PATH)


def test_recoveries_don_t_touch_it():
    bench = bench_of(FIRST)
    bench.run("wparse batch")
    write_all(bench.disk, FILE, joined(MORE))
    before = position(bench)

    bench.run("wprescue work")

    assert position(bench) == before


def test_what_a_sink_has_written_before_it_failed_is_synced_or_read_again():
    bench = bench_of(numbered_lines(400), rate=RATE)
    bench.fault(TARGET, "append", errno=errno.EIO, since=450 * MILLISECOND, times=1)
    bench.fault(TARGET, "open", errno=errno.EACCES, since=450 * MILLISECOND)
    bench.start("wparse daemon")
    bench.run_for(3 * SECOND)
    bench.programs[0].process.kill()
    bench.disk.power_loss()

    bench.machine.storage.faults.heal()
    bench.run("wproj rescue unlock")
    bench.run("wparse batch")
    bench.run("wprescue work")

    assert set(bench.lines()) == set(numbered_lines(400))
