from __future__ import annotations

import errno
from dataclasses import replace

import pytest
from engine_bench import (
    INPUT,
    MILLISECOND,
    RESCUE,
    SECOND,
    TARGET,
    Bench,
    ShortWrites,
    joined,
    make_project,
    phases,
)

from engine.behaviour import REFERENCE
from engine.kernel import Signal
from engine.pipeline.router import numbered
from engine.project.model import Sample, SinkConf, SourceConf
from engine.rescue.name import parse_name
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.storage.disk_port import read_all, write_all
from wptest.judge.ledger import Ledger


def outage_bench(*durations, rate=1000.0, **changes):
    sink = SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(*durations) if durations else None)
    return Bench(make_project(sink, source=SourceConf(rate=rate)), **changes)


def wparse(bench, seconds, stop=Signal.TERM):
    program = bench.start("wparse daemon")
    bench.run_for(int(seconds * SECOND))
    program.process.signal(stop)
    bench.run_for(SECOND)
    return program


def everywhere(bench):
    """The target's lines and those of all released rescue files, by name."""
    return bench.lines() + [line for path in bench.rescue_files() for line in bench.lines(path)]


class TestOutage:
    def test_lines_of_an_outage_go_to_a_rescue_file_and_later_ones_to_the_sink_again(self):
        bench = outage_bench(1000, 1000, 3_600_000)
        lines = bench.feed(4000)
        program = wparse(bench, 10)
        assert program.process.exit_code == 0
        (path,) = bench.rescue_files()
        rescued = bench.lines(path)
        assert rescued == lines[1000 : 1000 + len(rescued)]
        assert bench.lines() == lines[:1000] + lines[1000 + len(rescued) :]

    def test_the_files_name_has_the_wall_time_at_which_the_outage_was_noticed(self):
        bench = outage_bench(1000, 1000, 3_600_000)
        bench.machine.wall.step(-3600 * SECOND)
        bench.feed(4000)
        wparse(bench, 10)
        (path,) = bench.rescue_files()
        assert parse_name(path).text == "a-2025-10-04_00:59:21.dat"

    def test_it_is_locked_by_name_and_by_the_kernel_until_it_is_released(self):
        bench = outage_bench(1000, 1000, 3_600_000)
        bench.feed(4000)
        bench.start("wparse daemon")
        bench.run_for(3 * SECOND // 2)
        (path,) = bench.rescue_files(".lock")
        assert bench.disk.locked(path)
        bench.run_for(2 * SECOND)
        assert bench.rescue_files(".lock") == []
        assert not bench.disk.locked(path.removesuffix(".lock"))
        assert [event["path"] for event in bench.events("rescue.released")] == [path.removesuffix(".lock")]

    def test_lines_reach_the_file_by_hundreds_and_a_kill_loses_those_in_between(self):
        bench = outage_bench(1000, 3_600_000, rate=50.0)
        bench.feed(500)
        program = bench.start("wparse daemon")
        bench.run_for(6 * SECOND)
        (path,) = bench.rescue_files(".lock")
        assert len(bench.lines(path)) == 200
        program.process.kill()
        assert len(bench.lines(path)) == 200

    def test_a_released_file_is_durable(self):
        bench = outage_bench(1000, 1000, 3_600_000)
        bench.feed(2000)
        wparse(bench, 5)
        (path,) = bench.rescue_files()
        before = read_all(bench.disk, path)
        bench.disk.power_loss()
        assert read_all(bench.disk, path) == before

    def test_outages_in_one_second_make_files_with_numbers_and_none_is_overwritten(self):
        bench = outage_bench(50, 20, rate=1000.0)
        lines = bench.feed(900)
        wparse(bench, 0.95)
        names = [parse_name(path) for path in bench.rescue_files()]
        assert [name.number for name in sorted(names)] == list(range(len(names)))
        assert len(names) >= 2
        assert sorted(everywhere(bench)) == sorted(lines)

    def test_a_stop_in_an_outage_releases_the_file(self):
        bench = outage_bench(1000, 3_600_000)
        lines = bench.feed(3000)
        program = wparse(bench, 2)
        assert program.process.exit_code == 0
        assert bench.rescue_files(".lock") == []
        assert everywhere(bench) == lines[: len(everywhere(bench))]
        assert len(everywhere(bench)) >= 1900

    def test_what_a_failing_sink_took_of_a_batch_is_not_rescued_as_well(self):
        """A short write: some lines of the batch are in the target, one is torn, the rest isn't there."""
        disk = ShortWrites(10**9)
        bench = Bench(make_project(source=SourceConf(rate=1000.0)), disk)
        lines = bench.feed(1000)
        bench.start("wparse daemon")
        bench.run_for(SECOND // 4)
        disk.most = 1000
        rule = bench.fault(TARGET, "append", errno=errno.ENOSPC, nth=3, times=1)
        bench.run_for(SECOND // 10)
        disk.most = 10**9
        bench.run_for(5 * SECOND)
        assert rule.bitten == 1
        (path,) = bench.rescue_files()
        rescued = bench.lines(path)
        start = lines.index(rescued[0])
        assert start % 100  # the batch was split
        assert bench.lines() == lines[:start] + lines[start + len(rescued) :]

    def test_without_lines_in_an_outage_there_is_no_file(self):
        bench = outage_bench(1000, 1000, 3_600_000)
        bench.feed(500)
        wparse(bench, 5)
        assert bench.events("rescue.created") == []
        assert [path for path in bench.disk.list("") if path.startswith(RESCUE)] == []

    def test_each_sink_of_a_group_fails_alone(self):
        project = make_project(
            SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(500, 500, 3_600_000)),
            SinkConf("b", FILE_KIND, "data/out_dat/b.dat"),
            source=SourceConf(rate=1000.0),
        )
        bench = Bench(project)
        lines = bench.feed(2000)
        wparse(bench, 5)
        assert bench.lines("data/out_dat/b.dat") == lines
        assert sorted(everywhere(bench)) == sorted(lines)
        assert len(bench.lines()) < 2000


class TestRescueDiskTrouble:
    @pytest.mark.parametrize("operation", ["open", "append"])
    def test_a_rescue_disk_that_fails_too_holds_input_back_and_loses_nothing(self, operation):
        bench = outage_bench(200, 3_600_000)
        bench.project = make_project(bench.project.groups[0].sinks[0], source=SourceConf(rate=0.0))
        lines = bench.feed(60_000)
        bench.fault(f"{RESCUE}/**", operation, errno=errno.ENOSPC)
        bench.fault(INPUT, "read", delay=10 * MILLISECOND)
        program = bench.start("wparse daemon")
        bench.run_for(30 * SECOND)
        accepted = bench.events("source.accepted")[-1]["total"]
        assert accepted < 60_000
        assert len(bench.events("source.paused")) == 1
        assert bench.events("source.resumed") == []
        bench.machine.storage.faults.heal()
        bench.run_for(10 * SECOND)
        assert len(bench.events("source.resumed")) >= 1
        program.process.signal(Signal.TERM)
        bench.run_for(5 * SECOND)
        assert program.process.exit_code == 0
        assert sorted(everywhere(bench)) == sorted(lines)

    def test_what_the_rescue_file_never_took_goes_to_the_sink_when_it_is_back(self):
        bench = outage_bench(1000, 2000, 3_600_000)
        lines = bench.feed(2000)
        bench.fault(f"{RESCUE}/**", "append", errno=errno.ENOSPC)
        wparse(bench, 10)
        assert bench.lines() == lines
        assert all(read_all(bench.disk, path) == b"" for path in bench.rescue_files())

    def test_a_release_that_fails_is_tried_again(self):
        bench = outage_bench(1000, 1000, 3_600_000)
        lines = bench.feed(3000)
        rules = [
            bench.fault(f"{RESCUE}**", operation, errno=errno.EIO, times=2)
            for operation in ("fsync", "rename", "sync_dir")
        ]
        wparse(bench, 10)
        assert [rule.bitten for rule in rules] == [2, 2, 2]
        assert bench.rescue_files(".lock") == []
        assert sorted(everywhere(bench)) == sorted(lines)


class TestBackPressure:
    def test_a_full_channel_pauses_the_source_once_and_resumes_it(self):
        bench = Bench(make_project(source=SourceConf(rate=0.0)))
        lines = bench.feed(60_000)
        bench.fault(TARGET, "append", delay=SECOND, times=5)
        program = bench.start("wparse batch")
        bench.run_for(3600 * SECOND)
        assert program.process.exit_code == 0
        assert bench.lines() == lines
        kinds = [e.kind for e in bench.machine.trace.events if e.kind in ("source.paused", "source.resumed")]
        assert kinds
        assert kinds == ["source.paused", "source.resumed"] * (len(kinds) // 2)

    @pytest.mark.parametrize("unit", [0, 1, 7])
    def test_a_group_that_keeps_up_never_pauses_the_source(self, unit):
        bench = Bench(make_project(source=SourceConf(rate=0.0, unit=unit)))
        lines = bench.feed(2000)
        assert bench.run("wparse batch") == 0
        assert bench.lines() == lines
        assert bench.events("source.paused") == []

    def test_sixteen_batches_wait_for_a_group(self):
        bench = Bench(make_project(source=SourceConf(rate=0.0, unit=10)))
        bench.feed(1000)
        bench.fault(TARGET, "append", delay=3600 * SECOND)
        bench.start("wparse daemon")
        bench.run_for(SECOND)
        in_hand, held_back = 1, 1
        assert len(bench.events("source.accepted")) == in_hand + 16 + held_back

    def test_what_a_paused_source_has_read_for_other_groups_is_in_memory(self):
        first, second = (SinkConf(name, FILE_KIND, f"out/{name}.dat") for name in "ab")
        project = make_project(first, source=SourceConf(rate=0.0, unit=10))
        groups = (
            replace(project.groups[0], rules=("/a",)),
            replace(project.groups[0], name="other", sinks=(second,), rules=("/b",)),
        )
        samples = (Sample("/a", "line of a"), Sample("/b", "line of b"))
        bench = Bench(replace(project, groups=(*groups, *project.groups[1:]), samples=samples))
        sent = [numbered(samples[(number - 1) % 2], number) for number in range(1, 1001)]
        write_all(bench.disk, INPUT, joined(sent))
        bench.fault("out/a.dat", "append", delay=3600 * SECOND)
        ledger = Ledger(bench.machine, bench.project, bench.programs)
        bench.start("wparse daemon")
        bench.run_for(SECOND)

        accepted = bench.events("source.accepted")[-1]["total"]
        accounts = ledger.accounts()
        assert len(bench.events("source.paused")) == 1
        assert [accounts[sink.target].lost.total() for sink in (first, second)] == [0, 0]
        assert accounts[first.target].in_flight == accepted // 2 > 0
        assert accounts[second.target].in_flight == 5  # the half of the batch that waits at the other group


class TestPhases:
    def up_at(self, program_phases, milliseconds, environment=None):
        sink = SinkConf("a", TEST_RESCUE_KIND, TARGET, program_phases)
        bench = Bench(make_project(sink, source=SourceConf(rate=1000.0)), environment=environment or {})
        bench.feed(int(milliseconds) + 200)
        bench.start("wparse daemon")
        bench.run_for(milliseconds * MILLISECOND)
        return not bench.events("sink.failed")

    def test_without_settings_a_sink_is_up_for_2_s_and_down_for_2(self):
        assert [(phase.up, phase.duration) for phase in TEST_RESCUE_KIND.default_phases] == [
            (True, 2 * SECOND),
            (False, 2 * SECOND),
        ]
        assert self.up_at(None, 1900)
        assert not self.up_at(None, 2200)

    def test_the_environment_sets_them_for_sinks_without_their_own(self):
        environment = {"WPTEST_RESCUE_PHASES": "up 500ms, down 1s"}
        assert not self.up_at(None, 700, environment)
        assert self.up_at(phases(3_600_000), 700, environment)

    @pytest.mark.parametrize("behaviour", ["repeat", "once_when_called"])
    @pytest.mark.parametrize("later", [0, 400, 5300])
    def test_they_begin_when_the_program_makes_the_sink(self, later, behaviour):
        bench = outage_bench(1000, 1000, 3_600_000, rate=100.0)
        bench.machine.behaviour = replace(REFERENCE, outage_phases=behaviour)
        bench.feed(400)
        bench.run_for(later * MILLISECOND)
        bench.start("wparse daemon")
        bench.run_for(2900 * MILLISECOND)
        failed = [event["at"] // MILLISECOND - later for event in bench.events("sink.failed")]
        assert 1000 <= min(failed) <= 1200
        assert max(failed) < 2000

    def test_phases_repeat(self):
        bench = outage_bench(100, 100, rate=100.0)
        bench.feed(1000)
        bench.start("wparse daemon")
        bench.run_for(5 * SECOND)
        starts = [event["at"] // (100 * MILLISECOND) for event in bench.events("sink.failed")]
        assert len(starts) > 5
        assert all(moment % 2 for moment in starts)

    def test_every_run_of_the_same_thing_leaves_the_same_trace(self):
        digests = set()
        for _ in range(2):
            bench = outage_bench(300, 200)
            bench.feed(2000)
            wparse(bench, 5)
            digests.add(bench.machine.trace.digest())
        assert len(digests) == 1
