"""What single choices do, where a scenario would only say that something is wrong."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest
from engine_bench import (
    CHECKPOINT,
    FILE,
    MILLISECOND,
    RESCUE,
    SECOND,
    TARGET,
    Bench,
    infra_groups,
    joined,
    make_project,
    numbered_lines,
    phases,
)

from engine.behaviour import REFERENCE
from engine.kernel import Signal
from engine.project.model import GroupConf, SinkConf, SourceConf
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.storage.disk_port import read_all, write_all


def bench(project=None, **choices):
    return Bench(project or make_project(), behaviour=replace(REFERENCE, **choices))


def recovery(lines, project=None, path=FILE, **choices):
    made = bench(project, **choices)
    write_all(made.disk, path, joined(lines))
    return made


def test_a_stop_in_a_file_resends_as_much_of_its_head_as_a_channel_takes():
    lines = numbered_lines(500)
    made = recovery(lines, make_project(speed_limit=100), stop_in_file="resend_head")
    program = made.start("wprescue work")
    made.run_until_event("sink.delivered", 5)
    program.process.signal(Signal.TERM)
    made.run_for(SECOND)

    assert made.lines() == [*lines[:50], *lines[:128]]


def test_a_batch_that_failed_half_way_is_sent_again_whole():
    lines = numbered_lines(10)
    made = recovery(lines, partial_batch="all_again")
    made.machine.storage.quotas.resize({"data/out_dat": 5 * len(lines[0]) + 5 + 3})
    made.start("wprescue work")
    made.run_until_event("sink.failed")
    made.machine.storage.quotas.rooms.clear()
    made.run_for(SECOND)

    assert made.lines() == [*lines[:5], *lines]


def test_one_maintainer_sleeps_five_seconds_after_each_failed_attempt():
    sinks = (
        SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(100, 3_600_000)),
        SinkConf("b", TEST_RESCUE_KIND, "data/out_dat/b.dat", phases(100, 50, 3_600_000)),
    )
    times = {}
    for maintainer in ("one_per_sink", "one_for_all"):
        made = bench(make_project(*sinks, source=SourceConf(rate=100.0)), maintainer=maintainer)
        made.feed(100)
        made.start("wparse daemon")
        made.run_until_event("reconnect.succeeded")
        times[maintainer] = made.now
    assert times["one_per_sink"] < SECOND
    # The first attempt comes too early for b, the second one is for a, which stays down: he sleeps after both.
    assert 10 * SECOND < times["one_for_all"] < 11 * SECOND


def test_a_group_that_ended_takes_nothing_more_and_the_program_exits_with_zero():
    project = make_project(
        SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(500, 3_600_000)), source=SourceConf(rate=100.0)
    )
    made = bench(project, unmade_rescue_file="end_group")
    made.feed(300)
    made.fault(f"{RESCUE}/**", "open", errno=errno.EACCES)

    assert made.run("wparse batch") == 0
    assert 50 <= len(made.lines()) <= 60
    assert made.events("source.ended")[0]["lines"] == 300
    assert sum("sink error" in line for line in made.log("error")) == 1


@pytest.mark.slow
def test_rescue_files_that_cant_be_written_are_swapped_by_the_thousand_and_no_stop_ends_it():
    project = make_project(
        SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(0, 3_600_000)), source=SourceConf(rate=1000.0)
    )
    made = bench(project, unwritten_rescue_file="swap_again")
    made.feed(1000)
    made.fault(f"{RESCUE}/*", "append", errno=errno.ENOSPC)
    program = made.start("wparse batch")
    made.run_for(4 * SECOND)
    assert (len(made.rescue_files()), len(made.rescue_files(".lock"))) == (100, 1)
    program.process.stop.set()
    made.run_for(60 * SECOND)

    assert program.process.alive
    assert (len(made.rescue_files()), len(made.rescue_files(".lock"))) == (2500, 1)


def test_a_thrown_error_aborts_with_134_and_leaves_the_lock():
    project = make_project(
        SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(500, 200, 3_600_000)),
        SinkConf("b", TEST_RESCUE_KIND, "data/out_dat/b.dat", phases(300, 3_600_000)),
        source=SourceConf(rate=100.0),
        strategies={"sink": "throw"},
    )
    made = bench(project, thrown_error="abort")
    made.feed(300)
    made.fault(TARGET, "append", errno=errno.EIO, since=400 * MILLISECOND)

    assert made.run("wparse batch") == 134
    assert [path.rpartition("/")[2][0] for path in made.rescue_files(".lock")] == ["b"]


def test_a_replay_goes_to_the_group_of_its_sink_and_no_other():
    groups = (
        GroupConf(
            "one", (SinkConf("a", FILE_KIND, TARGET), SinkConf("b", FILE_KIND, "data/out_dat/b.dat")), ("/one",)
        ),
        GroupConf("two", (SinkConf("c", FILE_KIND, "data/out_dat/c.dat"),), ("/two",)),
    )
    lines = numbered_lines(20)
    made = recovery(lines, replace(make_project(), groups=(*groups, *infra_groups())), replay_to="whole_group")

    assert made.run("wprescue work") == 0
    assert made.lines() == made.lines("data/out_dat/b.dat") == lines
    assert "data/out_dat/c.dat" not in made.disk.list("")


def test_a_sink_that_fails_in_a_replay_makes_a_rescue_file_for_the_next_run():
    project = make_project(SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(1000, 1000)), speed_limit=100)
    lines = numbered_lines(300)
    made = recovery(lines, project, replay_outage="new_rescue_file")

    assert made.run("wprescue work") == 0
    (left,) = made.rescue_files()
    assert left != FILE
    assert sorted([*made.lines(), *made.lines(left)]) == sorted(lines)


def test_an_unreadable_name_aborts_only_beside_another_file():
    alone = bench(unreadable_name="abort")
    write_all(alone.disk, f"{RESCUE}/notes.dat", b"x\n")
    assert alone.run("wprescue work") == 3

    two = recovery(numbered_lines(3), unreadable_name="abort")
    write_all(two.disk, f"{RESCUE}/notes.dat", b"x\n")
    assert two.run("wprescue work") == 134


def test_phases_that_go_by_when_called_end_up_for_ever():
    project = make_project(SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(500, 500)), source=SourceConf(rate=100.0))
    made = bench(project, outage_phases="once_when_called")
    made.feed(500)

    assert made.run("wparse batch") == 0
    assert len(made.events("rescue.created")) == 1


def test_a_checkpoint_written_in_place_is_empty_for_a_moment():
    made = recovery(numbered_lines(100), make_project(speed_limit=100), checkpoint_write="in_place")
    program = made.start("wprescue work")
    made.run_for(300 * MILLISECOND)
    assert read_all(made.disk, CHECKPOINT)
    made.fault(CHECKPOINT, "append", delay=SECOND)
    made.run_for(SECOND)
    program.process.kill()

    assert read_all(made.disk, CHECKPOINT) == b""
    assert f"{CHECKPOINT}.tmp" not in made.disk.list("")


@pytest.mark.parametrize(
    ("how", "file", "name"), [("atomic", 1, 1), ("name_not_synced", 1, 0), ("file_not_synced", 0, 1)]
)
def test_of_a_checkpoint_is_synced_what_the_choice_leaves(how, file, name):
    made = recovery(numbered_lines(100), make_project(speed_limit=100), checkpoint_write=how)
    done = []
    made.machine.storage.watchers.append(lambda operation, path, _process: done.append((operation, path)))
    made.start("wprescue work")
    made.run_for(300 * MILLISECOND)
    renamed = done.index(("rename", f"{CHECKPOINT}.tmp"))

    assert done[:renamed].count(("fsync", f"{CHECKPOINT}.tmp")) == file
    assert (done[renamed + 1] == ("sync_dir", RESCUE)) == bool(name)


def test_a_limit_for_each_file_does_not_slow_small_ones():
    made = bench(make_project(speed_limit=10), pace="anew_in_each")
    for minute in range(5):
        write_all(made.disk, f"{RESCUE}/a-2025-10-04_01:0{minute}:00.dat", joined(numbered_lines(50, minute * 50)))

    assert made.run("wprescue work") == 0
    assert len(made.lines()) == 250
    assert made.now < SECOND
