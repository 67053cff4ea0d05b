"""What real versions do between their input and their sinks, by choices of behaviour."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest
from engine_bench import INPUT, MILLISECOND, SECOND, TARGET, Bench, make_project, phases

from engine.behaviour import REFERENCE
from engine.pipeline.effort import Effort
from engine.pipeline.gathering import Gathering, batch_size
from engine.project.identity import identified
from engine.project.model import GroupConf, SinkConf, SourceConf
from engine.project.wpl import WplRule
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.stand_in import STAND_IN_KIND
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.sinks.miss_record import MissRecords
from engine.sinks.record_formats import form_of
from engine.storage.disk_port import write_all
from wptest.judge.written_down.stored_records import StoredAs, sent_lines

ROUNDS = replace(REFERENCE, reading="in_rounds")
GATHERED = replace(REFERENCE, sink_batches="gathered")


def lines(count):
    return [b"%d" % number for number in range(count)]


def batches(gathering, given):
    gathering.add(given)
    return [len(batch) for batch in iter(gathering.batch, ())]


class TestGathering:
    def test_what_is_no_batch_waits_and_whole_batches_go(self):
        gathering = Gathering(batch_size(GroupConf("g", (), batch=10)))
        assert batches(gathering, lines(4)) == []
        assert batches(gathering, lines(18)) == [10, 10]
        assert (gathering.rest(), gathering.waiting) == ([b"16", b"17"], [])

    def test_a_batch_by_itself_goes_as_it_is_where_nothing_waits(self):
        gathering = Gathering(batch_size(GroupConf("g", (), batch=10)))
        assert batches(gathering, lines(25)) == [25]
        assert batches(gathering, lines(3)) == []

    def test_infra_groups_have_sizes_of_their_own(self):
        gathering = Gathering(batch_size(GroupConf("default", (), infra=True, batch=5)))
        assert batches(gathering, lines(127)) == []
        assert batches(gathering, lines(1)) == [128]

    @pytest.mark.parametrize("name", ["miss", "residue", "error", "monitor"])
    def test_all_other_infra_groups_send_every_line_alone(self, name):
        assert batches(Gathering(batch_size(GroupConf(name, (), infra=True, batch=5))), lines(3)) == [1, 1, 1]


class TestGroupsThatGather:
    def bench(self, **changes):
        sink = SinkConf("a", FILE_KIND, TARGET)
        return Bench(make_project(sink, source=SourceConf(rate=1000.0)), behaviour=GATHERED, **changes)

    def test_lines_arrive_when_the_groups_clock_ticks(self):
        bench = self.bench()
        given = bench.feed(1000)
        bench.start("wparse daemon")
        bench.run_for(290 * MILLISECOND)
        assert bench.lines() == []
        bench.run_for(20 * MILLISECOND)
        assert bench.lines() == given[:300]

    def test_a_kill_takes_what_is_gathered(self):
        bench = self.bench()
        given = bench.feed(1000)
        program = bench.start("wparse daemon")
        bench.run_for(590 * MILLISECOND)
        held = [line for holding in program.holdings for sink, each in holding() for line in each if sink == "a"]
        program.process.kill()
        assert bench.lines() + held == given[:600]
        assert len(held) == 300

    def test_a_line_that_comes_alone_is_held_while_its_sink_takes_its_time(self):
        project = make_project(source=SourceConf(rate=1000.0))
        groups = tuple(replace(each, batch=1) for each in project.groups)
        bench = Bench(replace(project, groups=groups), behaviour=GATHERED)
        given = bench.feed(100)
        program = bench.start("wparse daemon")
        for _ in range(400):
            bench.run_for(MILLISECOND // 10)
            held = [each for holding in program.holdings for each in holding()]
            accepted = bench.lines() + [line for sink, lines_ in held if sink == "a" for line in lines_]
            assert accepted == given[: len(accepted)]
            assert len(accepted) in (0, 100), "they were read together"

    def test_a_stop_delivers_what_is_gathered(self):
        bench = self.bench()
        given = bench.feed(1000)
        program = bench.start("wparse daemon")
        bench.run_for(290 * MILLISECOND)
        program.process.stop.set()
        bench.run_for(MILLISECOND)
        assert bench.lines() == given[:300]


class TestRounds:
    def bench(self, rate=0.0, behaviour=ROUNDS, **source):
        sink = SinkConf("a", FILE_KIND, TARGET)
        return Bench(make_project(sink, source=SourceConf(rate=rate, **source)), behaviour=behaviour)

    @pytest.mark.parametrize(("rate", "rounds"), [(1.0, 1), (500.0, 1), (2048.0, 1), (2049.0, 2), (5000.0, 3)])
    def test_a_limit_is_rounded_up_to_whole_rounds_a_second(self, rate, rounds):
        bench = self.bench(rate)
        bench.feed(30_000)
        bench.start("wparse daemon")
        for second in range(1, 4):
            bench.run_for(SECOND - MILLISECOND)
            assert len(bench.lines()) == min(second * rounds * 2048, 30_000)
            bench.run_for(MILLISECOND)

    @pytest.mark.parametrize(
        ("rate", "count", "seconds"), [(100.0, 99, 0), (100.0, 2048, 1), (100.0, 3000, 2), (5000.0, 7000, 1)]
    )
    def test_the_round_in_which_the_input_ends_is_slept_out_if_its_unit_is_full(self, rate, count, seconds):
        bench = self.bench(rate)
        given = bench.feed(count)
        program = bench.start("wparse batch")
        bench.run_for((seconds + 1) * SECOND)  # one for the look whether all has gone
        assert program.process.alive
        bench.run_for(200 * MILLISECOND)
        assert not program.process.alive
        assert bench.lines() == given

    @pytest.mark.parametrize(("count", "read"), [(1, 2048), (2048, 2048), (2049, 4096), (5000, 5500)])
    def test_a_count_is_rounded_up_to_whole_rounds(self, count, read):
        bench = self.bench()
        bench.feed(5500)
        program = bench.start(f"wparse batch -n {count}")
        bench.run_for(10 * SECOND)
        assert program.process.exit_code == 0
        assert len(bench.lines()) == read

    def test_what_the_parsers_have_no_room_for_at_the_end_is_lost(self):
        bench = self.bench()
        given = bench.feed(90_000)
        bench.start("wparse batch")
        bench.run_for(10 * SECOND)
        lost = len(given) - len(bench.lines())
        assert 0 < lost <= 48 * 128
        assert bench.lines() == given[:-lost]

    def test_a_daemon_goes_on_with_what_is_added(self):
        bench = self.bench(100.0)
        given = bench.feed(3000)
        program = bench.start("wparse daemon")
        bench.run_for(3 * SECOND)
        assert bench.lines() == given
        more = bench.feed(3100)
        bench.run_for(3 * SECOND)
        assert bench.lines() == more
        program.process.stop.set()
        bench.run_for(149 * MILLISECOND)
        assert program.process.alive  # it is told by and by
        bench.run_for(2 * SECOND)
        assert program.process.exit_code == 0

    def test_several_parsers_mix_lines_by_reads(self):
        bench = self.bench(workers=2)
        given = bench.feed(4096)
        bench.start("wparse batch")
        bench.run_for(5 * SECOND)
        lines = bench.lines()
        assert lines != given
        assert sorted(lines) == sorted(given)
        reads = [lines[place : place + 128] for place in range(0, 4096, 128)]
        assert all(given.index(read[0]) % 128 == 0 and read == sorted(read, key=given.index) for read in reads)

    def test_a_round_that_takes_too_long_loses_what_is_being_read(self):
        bench = self.bench(behaviour=replace(ROUNDS, cut_read="lost"))
        given = bench.feed(2000)
        bench.fault(INPUT, "read", delay=400 * MILLISECOND)
        bench.start("wparse batch")
        bench.run_for(10 * SECOND)
        (torn,) = bench.lines("data/out_dat/miss.dat")
        assert torn not in given
        assert any(line.endswith(torn) for line in given)
        assert 0 < len(given) - len(bench.lines()) <= 128


class TestFileSinksThatHearLate:
    def bench(self, **conf):
        sink = SinkConf("a", FILE_KIND, TARGET, **conf)
        behaviour = replace(ROUNDS, sink_batches="gathered", write_error="one_batch_late", reconnect="assume_files")
        bench = Bench(make_project(sink, source=SourceConf(rate=1000.0)), behaviour=behaviour)
        bench.fault(TARGET, "append", errno=errno.ENOSPC)
        return bench

    @pytest.mark.parametrize("sync", [False, True])
    def test_every_other_batch_is_lost_while_the_disk_is_full(self, sync):
        bench = self.bench(sync=sync)
        given = bench.feed(6000)
        program = bench.start("wparse batch")
        bench.run_for(10 * SECOND)
        rescued = [line for path in sorted(bench.rescue_files()) for line in bench.lines(path)]
        assert program.process.exit_code == 0
        assert rescued == given[1024:2048] + given[3072:4096] + given[5120:6000]
        assert bench.lines() == []

    def test_nobody_hears_of_the_last_batch(self):
        bench = self.bench()
        bench.feed(100)
        bench.start("wparse batch")
        bench.run_for(3 * SECOND)
        assert bench.events("rescue.created") == []
        assert bench.events("sink.failed") == []


class TestOutages:
    def bench(self, *durations):
        sink = SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(*durations))
        behaviour = replace(
            GATHERED, stop_in_outage="after_the_pause", maintainer="one_for_all", success_figures="with_rescue"
        )
        return Bench(make_project(sink, source=SourceConf(rate=1000.0)), behaviour=behaviour)

    def test_a_stop_sleeps_the_pause_through(self):
        bench = self.bench(0, 3_600_000)
        bench.feed(1000)
        program = bench.start("wparse daemon")
        bench.run_for(2 * SECOND)
        program.process.stop.set()
        bench.run_for(3 * SECOND)
        assert program.process.alive
        bench.run_for(SECOND)
        assert program.process.exit_code == 0

    def test_rescued_lines_have_a_row_of_their_own(self):
        bench = self.bench(500, 3_600_000)
        bench.feed(1000)
        bench.start("wparse batch")
        bench.run_for(20 * SECOND)
        rows = {row["target"]: (row["total"], row["success"]) for row in bench.events("monitor.stat")[1:]}
        assert rows["a"] == (1000, 300)
        assert rows["a_bak"] == (400, 700)


class TestInfraGroups:
    def test_a_line_that_no_rule_takes_is_seven_lines_and_is_counted_as_one(self):
        bench = Bench(behaviour=replace(GATHERED, miss_record="with_its_error"))
        bench.project = replace(bench.project, groups=identified(bench.project.groups))
        write_all(bench.disk, INPUT, b"nobody\n")
        bench.run("wparse batch")
        lines = bench.lines("data/out_dat/miss.dat")
        assert (len(lines), lines[0], lines[1]) == (7, b"src_key: file_1  | data:", b"nobody")
        assert [row["total"] for row in bench.events("monitor.stat") if row["target"] == "miss_sink"] == [1]

    def test_of_a_line_that_goes_on_behind_its_rule_it_is_six(self):
        records = MissRecords(replace(make_project(), wpl=(WplRule("/a/r", "a *"),)))
        lines = [b"nobody", b"a and more", b"nobody else"]
        assert [records.of(line).count(b"\n") + 1 for line in lines] == [7, 6, 7]
        assert [records.whole(lines, written) for written in (0, 6, 7, 12, 13, 19, 20)] == [0, 0, 1, 1, 2, 2, 3]

    @pytest.mark.parametrize("record_format", ["json", "kv", "proto-text", "csv", "raw"])
    def test_the_judge_reads_their_lines_in_every_format(self, record_format):
        records = MissRecords(make_project(), form_of(record_format))
        lines = [b'one "a", b: c', b"", b"Error: [500] of theirs", b"src_key: k  | data:"]
        written = b"\n".join(map(records.of, lines)).split(b"\n")
        assert sent_lines(StoredAs(record_format, is_missed=True), written) == lines

    def test_a_socket_that_is_down_at_the_start_stops_everything(self):
        sink = SinkConf("a", STAND_IN_KIND, TARGET, phases(0, 3_600_000), stands_for="tcp")
        bench = Bench(make_project(sink), behaviour=replace(REFERENCE, sinks_at_start="all_or_nothing"))
        bench.feed(1)
        assert bench.run("wparse batch") == 1

    def test_a_socket_that_was_closed_is_never_opened_again(self):
        sink = SinkConf("a", STAND_IN_KIND, TARGET, phases(500, 500, 3_600_000), stands_for="tcp")
        behaviour = replace(REFERENCE, reconnect="assume_files")
        bench = Bench(make_project(sink, source=SourceConf(rate=100.0)), behaviour=behaviour)
        given = bench.feed(300)
        bench.run("wparse batch")
        assert bench.lines() == given[:50]
        assert len(bench.rescue_files()) > 2


class TestEffort:
    def test_it_is_slept_off_in_pieces_that_a_clock_can_tell_and_adds_up(self):
        bench = Bench()
        moments = []

        async def work() -> None:
            effort = Effort(bench.start("wparse daemon"))
            for _ in range(10):
                await effort.spend(700_000)
                moments.append(bench.now)

        bench.play(work)
        assert moments == [
            0,
            0,
            2_100_000,
            2_100_000,
            2_100_000,
            4_200_000,
            4_200_000,
            4_200_000,
            6_300_000,
            6_300_000,
        ]


class TestRescueFiles:
    def test_one_that_cant_be_released_stays_locked_and_lines_go_to_the_sink_again(self):
        sink = SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(500, 500, 3_600_000))
        behaviour = replace(REFERENCE, unreleased_rescue_file="left_locked")
        bench = Bench(make_project(sink, source=SourceConf(rate=100.0)), behaviour=behaviour)
        given = bench.feed(300)
        bench.fault("data/rescue/**", "rename", errno=errno.EACCES)
        assert bench.run("wparse batch") == 0
        (locked,) = bench.rescue_files(".lock")
        assert bench.rescue_files() == []
        assert sorted(bench.lines() + bench.lines(locked)) == sorted(given)
        assert bench.lines()[-1] == given[-1]
