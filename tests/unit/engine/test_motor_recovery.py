"""What recoveries of real versions do, by choices of behaviour."""

from __future__ import annotations

import errno
import json
from dataclasses import replace

import pytest
from engine_bench import MILLISECOND, SECOND, TARGET, Bench, infra_groups, joined, make_project, numbered_lines

from engine.behaviour import REFERENCE
from engine.behaviour.profile import load_profile
from engine.kernel import Signal
from engine.machine.maintainer import Maintainer
from engine.project.model import GroupConf, SinkConf
from engine.project.wpl import OmlModel, TakenModel, WplRule
from engine.rescue.entries import raw_entry, record_entry, write_by_hand
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.storage.disk_port import read_all, write_all
from engine.storage.memory import MemoryDisk

MOTOR = load_profile("wp-motor-1.17").behaviour
FILE = "data/rescue/business/a-2025-10-04_01:59:24-0.dat"
OLDER = "data/rescue/business/a-2025-10-04_01:00:00-0.dat"
NUMBERS = "rescue/recover.lock"
BATCH = "wprescue batch"


def bench(*lines, path=FILE, entries=True, behaviour=MOTOR, **project):
    made = Bench(make_project(**project), behaviour=behaviour, work_root="/srv/work")
    write_all(made.disk, path, joined([raw_entry(line) for line in lines] if entries else lines))
    return made


def numbers(made):
    return json.loads(read_all(made.disk, NUMBERS) or b"{}")


class TestIdling:
    def test_a_file_that_comes_within_three_seconds_is_replayed(self):
        made = bench(b"one")
        made.start(BATCH)
        made.run_for(3900 * MILLISECOND)
        write_all(made.disk, OLDER, joined([raw_entry(b"two")]))
        made.run_for(6 * SECOND)
        assert (made.lines(), made.programs[0].process.alive) == ([b"one", b"two"], False)

    def test_it_lasts_as_long_as_real_runs(self):
        made = bench(*numbered_lines(20))
        assert made.run(BATCH) == 0
        assert 4.9 <= made.now / SECOND <= 5.2

    @pytest.mark.parametrize("mode", ["daemon", "work"])
    def test_there_is_no_other_mode_than_batch(self, mode):
        made = bench(b"one")
        assert (made.run(f"wprescue {mode}"), made.lines(), made.disk.exists(FILE)) == (2, [], True)


class TestPace:
    @pytest.mark.parametrize(("lines", "seconds"), [(99, 0), (100, 2), (101, 2), (199, 2), (200, 4), (201, 4)])
    def test_each_full_hundred_is_followed_by_a_wait(self, lines, seconds):
        made = bench(*numbered_lines(lines), speed_limit=50)
        made.start(BATCH)
        made.run_until_event("recovery.file_removed")
        assert seconds <= made.now / SECOND <= seconds + 0.11
        made.run_for(SECOND)


class TestQueue:
    def test_lines_are_nowhere_when_the_file_is_gone_and_arrive_later(self):
        made = bench(*(lines := numbered_lines(90)))
        made.start(BATCH)
        made.run_until_event("recovery.file_removed")
        assert (made.disk.exists(FILE), made.lines()) == (False, [])
        made.run_for(SECOND)
        assert made.lines() == lines

    def test_a_file_sink_that_stands_still_ends_the_recovery(self):
        made = bench(*numbered_lines(5000), speed_limit=0)
        made.fault(TARGET, "append", delay=3600 * SECOND)
        program = made.start(BATCH)
        made.run_until_event("recovery.interrupted")
        assert made.disk.exists(FILE)
        assert program.process.alive

    def test_every_sink_of_the_group_gets_the_lines(self):
        sinks = (SinkConf("a", FILE_KIND, TARGET, group="g"), SinkConf("b", FILE_KIND, "b.dat", group="g"))
        project = replace(make_project(), groups=(GroupConf("g", sinks, ("*",)), *infra_groups()))
        made = Bench(project, behaviour=MOTOR)
        write_all(made.disk, "data/rescue/g/a-2025-10-04_01:59:24-0.dat", joined([raw_entry(b"one")]))
        made.run(BATCH)
        assert read_all(made.disk, TARGET) == read_all(made.disk, "b.dat") == b"one\n"


class TestStop:
    def stopped(self, lines, speed_limit=100, after=2400):
        made = bench(*numbered_lines(lines), speed_limit=speed_limit)
        program = made.start(BATCH)
        made.run_for(after * MILLISECOND)
        program.process.signal(Signal.TERM)
        made.run_for(10 * SECOND)
        assert program.process.exit_code == 0
        return made

    def test_two_more_units_go_out_and_then_as_many_lines_as_a_channel_takes(self):
        made = self.stopped(1000)
        lines = numbered_lines(1000)
        assert made.lines() == [*lines[:500], *lines[:128]]
        assert numbers(made) == {f"/srv/work/{FILE}": 500}

    def test_a_file_that_ends_with_them_is_done_with(self):
        made = self.stopped(250, after=600)
        assert (made.lines(), made.disk.exists(FILE)) == (numbered_lines(250), False)

    def test_between_files_the_next_ones_are_begun_with_both_orders_waiting(self):
        made = bench(b"one")
        write_all(made.disk, OLDER, joined([raw_entry(line) for line in numbered_lines(300)]))
        program = made.start(BATCH)
        made.run_for(600 * MILLISECOND)
        program.process.signal(Signal.TERM)
        made.run_for(5 * SECOND)
        assert made.lines() == [b"one", *numbered_lines(300)[:128]]
        assert made.disk.exists(OLDER)


class TestNumbers:
    def test_they_go_on_from_those_of_earlier_runs_and_stay(self):
        made = bench(*numbered_lines(1000), speed_limit=100)
        write_all(made.disk, NUMBERS, json.dumps({f"/srv/work/{FILE}": 500, "x": 1}).encode())
        made.run(BATCH)
        assert made.lines() == numbered_lines(1000)
        assert numbers(made) == {f"/srv/work/{FILE}": 1500, "x": 1}

    @pytest.mark.parametrize("data", [b"", b'{"a":', b"[]", b'{"a": -1}', b'{"a": {}}'])
    def test_what_is_none_ends_the_recovery(self, data):
        made = bench(b"one")
        write_all(made.disk, NUMBERS, data)
        assert (made.run(BATCH), made.lines(), made.disk.exists(FILE)) == (0, [], True)

    def test_a_place_where_they_can_not_be_written_ends_it_at_the_first_look_at_the_clock(self):
        made = bench(*numbered_lines(500), speed_limit=100)
        made.fault("rescue/**", "open", errno=errno.EACCES)
        assert (made.run(BATCH), made.lines()) == (0, numbered_lines(500)[:200])
        assert made.disk.exists(FILE)

    def test_going_on_where_it_ended_can_be_chosen(self):
        made = bench(*numbered_lines(10), behaviour=replace(MOTOR, resume="from_checkpoint"))
        write_all(made.disk, NUMBERS, json.dumps({f"/srv/work/{FILE}": 4}).encode())
        made.run(BATCH)
        assert made.lines() == numbered_lines(10)[4:]


class TestPoison:
    @pytest.mark.parametrize("bad", [b"oops", b"   ", b"\xff", b'{"kind":"other"}', raw_entry(b"x")[:-3]])
    def test_what_comes_before_it_arrives_on_each_run_and_older_files_wait(self, bad):
        good = numbered_lines(5)
        made = bench(*map(raw_entry, good), bad, raw_entry(b"never"), entries=False)
        write_all(made.disk, OLDER, joined([raw_entry(b"old")]))
        assert [made.run(BATCH) for _ in range(3)] == [0, 0, 0]
        assert made.lines() == good * 3
        assert made.disk.exists(FILE)

    def test_empty_lines_and_carriage_returns_behind_entries_are_none(self):
        made = bench(b"", raw_entry(b"a\r") + b"\r", b"\r", record_entry(b"b"), entries=False)
        made.run(BATCH)
        assert made.lines() == [b"a\r", b"b"]


class TestNames:
    def run(self, *names):
        made = Bench(make_project(), behaviour=MOTOR)
        for number, name in enumerate(names):
            write_all(made.disk, f"data/rescue/{name}", joined([raw_entry(b"%d" % number)]))
        program = made.start(BATCH)
        made.run_for(20 * SECOND)
        return program.process.exit_code, made.lines()

    @pytest.mark.parametrize("name", ["a-yesterday.dat", "a-2025-13-04_01:59:24-0.dat", "x/y/a-.dat"])
    def test_an_odd_one_alone_is_read_up_to_its_dash(self, name):
        assert self.run(name) == (0, [b"0"])

    @pytest.mark.parametrize("name", ["a-yesterday.dat", "a-b-2025-10-04_01:59:24-0.dat", "notes.dat"])
    def test_an_odd_one_beside_another_aborts(self, name):
        assert self.run(name, "a-2025-10-04_01:59:24-0.dat") == (134, [])

    def test_an_unknown_one_is_tried_for_ever(self):
        assert self.run("ghost-yesterday.dat") == (None, [])

    def test_of_one_second_the_order_is_that_of_a_hash(self):
        names = [f"g/a-2025-10-04_01:59:24-{number}.dat" for number in range(4)]
        code, lines = self.run(*names)
        assert code == 0
        assert sorted(lines) == [b"0", b"1", b"2", b"3"]
        assert lines != [b"3", b"2", b"1", b"0"]


class TestMadeFiles:
    def test_their_numbers_count_over_all_sinks_of_a_process(self):
        sinks = (SinkConf("a", FILE_KIND, TARGET, group="g"), SinkConf("b", FILE_KIND, "b/b.dat", group="g"))
        behaviour = replace(REFERENCE, rescue_name_form="group_and_number", rescue_lines="entries")
        project = replace(make_project(), groups=(GroupConf("g", sinks, ("*",)), *infra_groups()))
        made = Bench(project, behaviour=behaviour)
        for path in (TARGET, "b/b.dat"):
            made.fault(path, "append", errno=errno.EIO, times=1)
        given = made.feed(3)
        assert made.run("wparse batch") == 0
        files = [path for path in made.disk.list("data/rescue") if path.endswith(".dat")]
        assert [path.rpartition("/")[2][:1] + path[-6:] for path in files] == ["a-0.dat", "b-1.dat"]
        assert all(path.startswith("data/rescue/g/") for path in files)
        assert read_all(made.disk, files[0]) == joined(list(map(record_entry, given)))

    @pytest.mark.parametrize("with_model", [False, True])
    def test_lines_of_rules_with_a_hex_field_have_it_unless_a_model_makes_other_records(self, with_model):
        models = (TakenModel("m", OmlModel("m", ("*",))),) if with_model else ()
        rules = (WplRule("/x", "wp.*", has_hex=True),)
        project = replace(make_project(SinkConf("a", FILE_KIND, TARGET)), wpl=rules)
        first, *rest = project.groups
        project = replace(project, groups=(replace(first, models=models), *rest))
        made = Bench(project, behaviour=replace(REFERENCE, rescue_lines="entries"))
        made.fault(TARGET, "append", errno=errno.EIO, times=1)
        (line,) = made.feed(1)
        made.run("wparse batch")
        (file,) = (path for path in made.disk.list("data/rescue") if path.endswith(".dat"))
        assert read_all(made.disk, file) == joined([record_entry(line, rule=None if with_model else rules[0])])


class TestMaintainer:
    def maintainer(self):
        groups = [GroupConf(name, (SinkConf(name, FILE_KIND, name),), ("*",)) for name in ("a", "b")]
        return Maintainer(replace(make_project(), groups=(*groups, *infra_groups())), 0)

    def test_he_goes_round_and_stays_a_tenth_of_a_second_at_each_group(self):
        made = self.maintainer()
        for sink in ("miss_sink", "a", "b"):
            made.wait(sink)
        at = 50 * MILLISECOND
        assert [made.until(sink, at) // MILLISECOND for sink in ("miss_sink", "a", "b")] == [0, 50, 150]
        assert made.until("miss_sink", 100 * MILLISECOND) == 210 * MILLISECOND

    def test_behind_a_failed_attempt_comes_a_sleep_and_then_the_next_group(self):
        made = self.maintainer()
        for sink in ("a", "b"):
            made.wait(sink)
        made.take("a", SECOND)
        made.sleep(SECOND)
        made.wait("a")
        assert made.until("b", SECOND) == 5001 * MILLISECOND
        assert made.until("a", SECOND) == (5001 + 110 + 100) * MILLISECOND

    def test_of_one_group_he_takes_one_at_a_time_the_last_one_last(self):
        made = Maintainer(make_project(*(SinkConf(name, FILE_KIND, name) for name in ("a", "b"))), 0)
        for sink in ("a", "b"):
            made.wait(sink)
        at = 150 * MILLISECOND
        assert (made.until("a", at), made.until("b", at) > 0) == (0, True)
        made.take("a", at)
        made.wait("a")
        assert made.until("a", at) > made.until("b", at) == 100 * MILLISECOND


class TestFilters:
    @pytest.mark.parametrize(("expects", "delivered"), [(True, [b"record"]), (False, [b"raw", b"record"])])
    def test_a_raw_entry_has_nothing_that_a_filter_could_ask_for(self, expects, delivered):
        sinks = (SinkConf("a", FILE_KIND, TARGET, filtered=True, expects=expects),)
        made = Bench(make_project(*sinks), behaviour=MOTOR)
        write_all(made.disk, FILE, joined([raw_entry(b"raw"), record_entry(b"record")]))
        made.run(BATCH)
        assert made.lines() == delivered
        assert not made.disk.exists(FILE)


def test_lines_that_somebody_writes_by_hand_are_entries_in_rescue_files_alone():
    def written(behaviour, path):
        disk = MemoryDisk()
        write_by_hand(disk, behaviour, path, "data/rescue", b"x\n")
        return read_all(disk, path)

    path = "data/rescue/a-2025-10-04_01:59:24.dat"
    assert written(MOTOR, path) == raw_entry(b"x") + b"\n"
    assert written(MOTOR, "data/in_dat/gen.dat") == b"x\n"
    assert written(REFERENCE, path) == b"x\n"
