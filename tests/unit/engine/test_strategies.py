"""What each strategy does with a failing sink, in `wparse` and in `wprescue`, by the ledger's numbers."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest
from engine_bench import (
    FILE,
    SECOND,
    TARGET,
    Bench,
    ShortWrites,
    joined,
    make_project,
    numbered_lines,
    phases,
    read_entries,
    recovery_bench,
)

from engine.behaviour import REFERENCE
from engine.kernel import Signal
from engine.project.model import SinkConf, SourceConf
from engine.sinks import Strategy, strategy_for
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.storage.disk_port import write_all
from engine.units import Phase
from wptest.judge.ledger import Ledger

CLASSES = {
    "sink": "fix_retry", "stg_ctrl": "fix_retry", "logic": "throw", "data": "tolerant", "system": "tolerant",
    "business": "tolerant", "config": "throw", "validation": "throw", "not_found": "throw", "permission": "throw",
    "run_rule": "throw", "network": "throw", "resource": "throw", "timeout": "throw", "external": "throw",
}  # fmt: skip


@pytest.mark.parametrize("robust", ["debug", "normal", "strict"])
@pytest.mark.parametrize("error_class", CLASSES)
def test_the_table_of_strategies_has_one_cell_that_the_robust_mode_changes(error_class, robust):
    expected = "tolerant" if (error_class, robust) == ("logic", "strict") else CLASSES[error_class]
    assert strategy_for(make_project(robust=robust), error_class) is Strategy(expected)


@pytest.mark.parametrize("strategy", ["throw", "tolerant", "ignore", "terminate", "fix_retry"])
def test_the_projects_own_strategy_wins_for_its_class_only(strategy):
    project = make_project(robust="strict", strategies={"logic": strategy})
    assert strategy_for(project, "logic") is Strategy(strategy)
    assert strategy_for(project, "sink") is Strategy.FIX_RETRY


def books(bench):
    """A ledger, to be made before the first program starts; then call what comes back."""
    ledger = Ledger(bench.machine, bench.project, bench.programs)

    def numbers():
        account = ledger.accounts()[TARGET]
        assert (account.lost.total(), account.duplicates.total(), account.invented.total()) == (0, 0, 0)
        return account.delivered, account.rescued, account.dropped

    return numbers


class TestInWparse:
    """1000 lines at 1000/s; the target fails from 300 ms to 500 ms."""

    @staticmethod
    def run(strategy, command="wparse batch"):
        bench = Bench(make_project(strategies={"sink": strategy}, source=SourceConf(rate=1000.0)))
        bench.feed(1000)
        bench.fault(TARGET, "append", errno=errno.EROFS, since=3 * SECOND // 10, until=SECOND // 2)
        numbers = books(bench)
        return bench, bench.run(command), numbers

    def test_fix_retry_rescues_what_the_sink_cant_take(self):
        bench, code, numbers = self.run("fix_retry")
        assert code == 0
        delivered, rescued, dropped = numbers()
        assert (delivered + rescued, dropped) == (1000, 0)
        assert rescued == 200
        assert bench.rescue_files(".lock") == []
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert numbers() == (1000, 0, 0)

    @pytest.mark.parametrize(("strategy", "level"), [("tolerant", "warn"), ("ignore", "debug")])
    def test_tolerant_and_ignore_drop_it_and_say_so(self, strategy, level):
        bench, code, numbers = self.run(strategy)
        assert (code, numbers()) == (0, (800, 0, 200))
        assert {event["reason"] for event in bench.events("line.dropped")} == {strategy}
        assert len(bench.events("line.dropped")) == 2
        assert len([line for line in bench.log(level) if line.startswith(f"sink error and {strategy}")]) == 2
        assert not bench.disk.stat("data").size
        assert not bench.disk.exists("data/rescue")

    @pytest.mark.parametrize(("strategy", "code", "word"), [("throw", 1, "interrupt"), ("terminate", 0, "end")])
    def test_throw_and_terminate_end_the_program_and_keep_every_line(self, strategy, code, word):
        bench, exit_code, numbers = self.run(strategy, "wparse daemon")
        assert exit_code == code
        delivered, rescued, dropped = numbers()
        assert (delivered, dropped) == (300, 0)
        assert rescued > 0
        assert bench.events("source.ended")[0]["lines"] == delivered + rescued < 1000
        assert [line.split(":")[0] for line in bench.log("error")] == [f"sink error and {word}"]
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert numbers() == (delivered + rescued, 0, 0)

    def test_every_failure_is_an_event_with_its_strategy(self):
        bench, _, _ = self.run("tolerant")
        assert {(event["sink"], event["strategy"]) for event in bench.events("sink.failed")} == {("a", "tolerant")}


class TestInWprescue:
    """1000 lines at 1000/s; the target fails from 300 ms to 500 ms."""

    @staticmethod
    def run(strategy, command="wprescue work"):
        bench = recovery_bench(numbered_lines(1000), speed_limit=1000, strategies={"sink": strategy})
        bench.fault(TARGET, "append", errno=errno.EROFS, since=3 * SECOND // 10, until=SECOND // 2)
        numbers = books(bench)
        return bench, bench.run(command), numbers

    def test_fix_retry_waits_for_the_sink_and_makes_no_second_rescue_file(self):
        bench, code, numbers = self.run("fix_retry")
        assert (code, numbers()) == (0, (1000, 0, 0))
        assert bench.lines() == numbered_lines(1000)
        assert bench.events("rescue.created") == []
        assert len(bench.events("reconnect.succeeded")) >= 1

    @pytest.mark.parametrize("strategy", ["tolerant", "ignore"])
    def test_tolerant_and_ignore_drop_the_units_that_fail_and_go_on(self, strategy):
        bench, code, numbers = self.run(strategy)
        assert (code, numbers()) == (0, (800, 0, 200))
        assert bench.rescue_files() == []
        assert bench.lines() == numbered_lines(300) + numbered_lines(500, 501)

    def test_throw_leaves_the_file_for_another_run(self):
        bench, code, numbers = self.run("throw")
        assert (code, numbers()) == (3, (300, 700, 0))
        assert read_entries(bench.disk, "data/rescue")[FILE].lines == 300
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == numbered_lines(1000)

    def test_terminate_ends_the_recovery_gracefully_to_be_resumed(self):
        bench, code, numbers = self.run("terminate", "wprescue daemon")
        assert (code, numbers()) == (0, (300, 700, 0))
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == numbered_lines(1000)

    def test_a_stop_while_the_sink_is_down_keeps_every_line(self):
        bench = recovery_bench(numbered_lines(1000), speed_limit=1000)
        bench.fault(TARGET, errno=errno.EROFS, since=3 * SECOND // 10)
        program = bench.start("wprescue work")
        bench.run_for(2 * SECOND)
        program.process.signal(Signal.TERM)
        bench.run_for(SECOND)
        assert program.process.exit_code == 0
        assert bench.lines() == numbered_lines(300)
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == numbered_lines(1000)

    def test_dropped_lines_stay_dropped_through_a_kill_and_those_behind_them_come_once(self):
        lines = numbered_lines(20_000)
        bench = recovery_bench(lines, speed_limit=0, strategies={"sink": "tolerant"})
        bench.fault(TARGET, "append", errno=errno.EIO, times=1)
        program = bench.start("wprescue work")
        bench.run_until_event("line.dropped")
        bench.run_until_event("sink.delivered")
        program.process.kill()
        delivered = bench.lines()
        assert bench.run("wprescue work") == 0
        assert bench.lines() == delivered + lines[lines.index(delivered[-1]) + 1 :]

    @pytest.mark.parametrize("strategy", ["tolerant", "ignore"])
    def test_a_target_that_cant_be_looked_at_on_resuming_doesnt_spin(self, strategy):
        """Nothing there can be dropped, so what is left is to wait or to give the file up for this run."""
        bench = recovery_bench(numbered_lines(1000), speed_limit=1000, strategies={"sink": strategy})
        program = bench.start("wprescue work")
        bench.run_until_event("sink.delivered", 3)
        program.process.kill()
        rule = bench.fault(TARGET, "open", errno=errno.EACCES, times=1000)
        second = bench.start("wprescue work")
        bench.run_for(SECOND)
        assert rule.bitten < 100
        bench.machine.storage.faults.heal()
        bench.run_for(10 * SECOND)
        if second.process.exit_code != 0:
            assert bench.run("wprescue work") == 0
        assert bench.lines() == numbered_lines(1000)


class TestShortWrites:
    """The target takes a part of a batch of 100 lines, with one line torn, and then fails."""

    @staticmethod
    def run(strategy):
        disk = ShortWrites(10**9)
        bench = Bench(make_project(strategies={"sink": strategy}, speed_limit=1000), disk)
        write_all(disk, FILE, joined(numbered_lines(1000)))
        numbers = books(bench)
        bench.fault(TARGET, "append", errno=errno.ENOSPC, nth=2, times=1)
        disk.most = 333
        bench.start("wprescue work")
        bench.run_for(SECOND // 20)
        disk.most = 10**9
        bench.run_for(10 * SECOND)
        return bench, numbers

    def test_the_sink_counts_what_it_took(self):
        bench, numbers = self.run("throw")
        delivered, rescued, _ = numbers()
        assert delivered == bench.machine.deliveries.total("a") == 42
        assert rescued == 958
        assert read_entries(bench.disk, "data/rescue")[FILE].lines == 42

    def test_fix_retry_sends_the_rest_of_the_batch_only(self):
        bench, _ = self.run("fix_retry")
        assert bench.lines() == numbered_lines(1000)

    def test_tolerant_drops_the_rest_of_the_batch_only(self):
        bench, numbers = self.run("tolerant")
        assert numbers() == (942, 0, 58)
        assert bench.lines() == numbered_lines(42) + numbered_lines(900, 101)


class TestReconnect:
    @staticmethod
    def pauses(**options):
        """The pauses between attempts to get a sink back that is down for a minute, in milliseconds."""
        down = SinkConf("a", TEST_RESCUE_KIND, TARGET, (Phase(up=False, duration=60 * SECOND),))
        bench = Bench(make_project(down), **options)
        bench.feed(10)
        bench.start("wparse daemon")
        bench.run_for(40 * SECOND)
        times = [event["at"] for event in bench.events("reconnect.failed")]
        start = bench.events("sink.failed")[0]["at"]
        return [(later - earlier) // 1_000_000 for earlier, later in zip([start, *times], times, strict=False)]

    def test_pauses_double_from_100_ms_up_to_5_s_and_are_drawn_from_there_on(self):
        pauses = self.pauses()
        assert pauses[:6] == [100, 200, 400, 800, 1600, 3200]
        assert len(set(pauses[6:])) > 5
        assert all(2500 <= pause < 5000 for pause in pauses[6:])

    def test_they_are_the_same_in_every_run_and_others_with_another_seed(self):
        assert self.pauses() == self.pauses(seed=0) != self.pauses(seed=1)

    def test_real_versions_wait_5_s_each_time(self):
        pauses = self.pauses(behaviour=replace(REFERENCE, longest_pause="always_whole"))
        assert pauses == [100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000, 5000, 5000]

    def test_each_sink_has_its_own(self):
        project = make_project(
            SinkConf("dead", TEST_RESCUE_KIND, "data/out_dat/dead.dat", phases(100, 3_600_000)),
            SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(100, 500, 3_600_000)),
            source=SourceConf(rate=100.0),
        )
        bench = Bench(project)
        bench.feed(500)
        bench.start("wparse daemon")
        bench.run_for(10 * SECOND)
        (back,) = bench.events("reconnect.succeeded")
        assert (back["sink"], back["at"] // 100_000_000) == ("a", 8)

    def test_a_stop_ends_the_attempts(self):
        bench = Bench(
            make_project(
                SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(100, 3_600_000)), source=SourceConf(rate=100.0)
            )
        )
        lines = bench.feed(100)
        program = bench.start("wparse daemon")
        bench.run_for(4 * SECOND)
        program.process.signal(Signal.TERM)
        bench.run_for(SECOND // 10)
        assert program.process.exit_code == 0
        (path,) = bench.rescue_files()
        assert bench.lines() + bench.lines(path) == lines
