from __future__ import annotations

import errno

import pytest
from engine_bench import (
    FILE,
    INPUT,
    MILLISECOND,
    SAMPLE,
    SECOND,
    TARGET,
    Bench,
    infra_groups,
    joined,
    make_project,
    numbered_lines,
    phases,
    recovery_bench,
)

from engine.kernel import Signal, sleep
from engine.pipeline.router import Router, numbered
from engine.pipeline.source import unit_of
from engine.project.model import GroupConf, Project, Sample, SinkConf, SourceConf
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.storage.disk_port import read_all, write_all


def deliveries(bench):
    """Milliseconds and totals of the lines that reached the sink `a`."""
    return [(event["at"] // MILLISECOND, event["total"]) for event in bench.events("sink.delivered")]


class TestSpeedLimit:
    def test_10_lines_a_second_go_one_by_one(self):
        bench = recovery_bench(numbered_lines(25), speed_limit=10)
        bench.run("wprescue work")
        assert deliveries(bench) == [(number * 100, number + 1) for number in range(25)]

    def test_1000_lines_a_second_go_by_hundreds(self):
        bench = recovery_bench(numbered_lines(1000), speed_limit=1000)
        bench.run("wprescue work")
        assert deliveries(bench) == [(number * 100, (number + 1) * 100) for number in range(10)]

    def test_0_is_no_limit_at_all(self):
        bench = recovery_bench(numbered_lines(50_000), speed_limit=0)
        bench.run("wprescue work")
        assert bench.now == 0
        assert len(bench.lines()) == 50_000

    def test_the_limit_holds_over_all_files_together(self):
        bench = recovery_bench(numbered_lines(100), speed_limit=100)
        write_all(bench.disk, FILE.replace("01:59", "02:59"), joined(numbered_lines(100, 101)))
        bench.run("wprescue work")
        times = dict(reversed(deliveries(bench)))
        assert max(times) == 1900


class TestWpgen:
    def test_it_writes_the_samples_by_turns_each_with_its_number(self):
        samples = tuple(Sample(f"/{name}", f"text of {name}") for name in "abc")
        bench = Bench(make_project(samples=samples))
        assert bench.run("wpgen sample -n 7") == 0
        expected = [numbered(samples[(number - 1) % 3], number) for number in range(1, 8)]
        assert read_all(bench.disk, INPUT) == joined(expected)
        assert expected[3] == b"wp_event_id=4 text of a"

    @pytest.mark.parametrize("count", [1, 2, 999, 1000, 1001, 1002])
    def test_it_writes_as_many_as_it_is_told_to(self, count):
        bench = Bench()
        assert bench.run(f"wpgen sample -n {count}") == 0
        assert bench.lines(INPUT) == [numbered(SAMPLE, number) for number in range(1, count + 1)]

    def test_turns_go_on_from_batch_to_batch(self):
        samples = tuple(Sample(f"/{name}", name) for name in "abc")
        bench = Bench(make_project(samples=samples))
        bench.run("wpgen sample -n 2500")
        assert bench.lines(INPUT) == [numbered(samples[(number - 1) % 3], number) for number in range(1, 2501)]

    def test_it_empties_the_input_first(self):
        bench = Bench()
        bench.run("wpgen sample -n 20")
        bench.run("wpgen sample -n 5")
        assert len(bench.lines(INPUT)) == 5

    @pytest.mark.parametrize(("command", "milliseconds"), [("-s 1000", 2500), ("-s 0", 0), ("", 0)])
    def test_speed_is_lines_per_second_and_0_is_at_once(self, command, milliseconds):
        bench = Bench()
        bench.run(f"wpgen sample -n 2500 {command}")
        assert bench.now == milliseconds * MILLISECOND

    def test_the_number_of_lines_comes_from_the_option_then_the_environment_then_the_default(self):
        counts = []
        for environment, option in (({}, ""), ({"LINE_CNT": "30"}, ""), ({"LINE_CNT": "30"}, "-n 4")):
            bench = Bench(environment=environment)
            bench.run(f"wpgen sample {option}")
            counts.append(len(bench.lines(INPUT)))
        assert counts == [10_000, 30, 4]

    def test_no_lines_are_no_lines(self):
        bench = Bench()
        assert bench.run("wpgen sample -n 0") == 0
        assert read_all(bench.disk, INPUT) == b""

    def test_a_project_without_samples_is_an_error_of_the_program(self):
        bench = Bench(make_project(samples=()))
        assert bench.run("wpgen sample -n 5") != 0
        assert bench.log("error")

    def test_a_full_disk_ends_it_with_an_error(self):
        bench = Bench()
        bench.fault(INPUT, "append", errno=errno.ENOSPC)
        assert bench.run("wpgen sample -n 5") == 1
        assert bench.log("error") == [f"wpgen: No space left on device ({INPUT})"]


class TestWparseInput:
    def test_a_batch_reads_to_the_end_and_exits(self):
        bench = Bench()
        lines = bench.feed(2500)
        assert bench.run("wparse batch") == 0
        assert bench.lines() == lines

    @pytest.mark.parametrize("count", [1, 999, 1000, 1001])
    def test_n_reads_just_so_many_lines(self, count):
        bench = Bench()
        lines = bench.feed(2500)
        assert bench.run(f"wparse batch -n {count}") == 0
        assert bench.lines() == lines[:count]

    def test_a_last_line_without_an_end_counts_in_a_batch_and_waits_in_a_daemon(self):
        for command, expected in (("wparse batch", 2), ("wparse daemon", 1)):
            bench = Bench()
            lines = bench.feed(2)
            write_all(bench.disk, INPUT, b"\n".join(lines))
            program = bench.start(command)
            bench.run_for(5 * SECOND)
            program.process.signal(Signal.TERM)
            bench.run_for(SECOND)
            assert bench.lines() == lines[:expected]

    def test_a_missing_input_ends_a_batch_with_2(self):
        bench = Bench()
        assert bench.run("wparse batch") == 2
        assert bench.log("error") == [f"can't open {INPUT}: No such file or directory"]

    def test_an_input_that_cant_be_read_ends_a_batch_with_2_after_what_was_read(self):
        bench = Bench()
        lines = bench.feed(5000)
        bench.fault(INPUT, "read", errno=errno.EIO, nth=2)
        assert bench.run("wparse batch") == 2
        read = bench.lines()
        assert read == lines[: len(read)]
        assert 0 < len(read) < 5000

    def test_a_daemon_waits_for_its_input_to_appear_and_to_grow(self):
        bench = Bench()
        bench.start("wparse daemon")
        bench.run_for(3 * SECOND)
        lines = bench.feed(10)
        bench.run_for(3 * SECOND)
        assert bench.lines() == lines
        bench.disk.append(bench.disk.open(INPUT), numbered(SAMPLE, 11) + b"\n")
        bench.run_for(2 * SECOND)
        assert bench.lines() == [*lines, numbered(SAMPLE, 11)]

    @pytest.mark.parametrize(("rate", "unit"), [(0, 1000), (5, 1), (10, 1), (100, 10), (1000, 100), (10**6, 1000)])
    def test_lines_are_read_by_tenths_of_a_second(self, rate, unit):
        assert unit_of(rate) == unit

    def test_the_rate_is_kept_and_a_slow_sink_doesnt_make_it_hurry_later(self):
        bench = Bench(make_project(source=SourceConf(rate=100.0)))
        bench.feed(100)
        bench.run("wparse batch")
        assert [event["at"] // MILLISECOND for event in bench.events("source.accepted")] == list(
            range(0, 1000, 100)
        )


class TestRouter:
    @pytest.fixture
    def router(self):
        groups = [
            GroupConf(name, (SinkConf(name, FILE_KIND, f"data/out_dat/{name}.dat"),), rules)
            for name, rules in {
                "broad": ("/*",), "long": ("/app/long*",), "mid": ("/app/*", "/xyz"), "twin": ("/app/*",),
            }.items()
        ]  # fmt: skip
        rules = ["/app/longest", "/app/short", "/other", "/xyz", "nowhere", "error"]
        samples = tuple(Sample(rule, f"text {rule}") for rule in rules)
        return Router(Project("p", (*groups, *infra_groups()), samples))

    @pytest.mark.parametrize(
        ("line", "group"),
        [
            (b"text /app/longest", "long"),
            (b"wp_event_id=17 text /app/longest", "long"),
            (b"text /app/short", "mid"),
            (b"text /xyz", "mid"),
            (b"text /other", "broad"),
            (b"text nowhere", "default"),
            (b"text error", "error"),
            (b"never seen", "miss"),
            (b"wp_event_id=17 never seen", "miss"),
            (b"wp_event_id=17", "miss"),
            (b"", "miss"),
            (b"\xff", "error"),
            (b" text /xyz", "miss"),
        ],
    )
    def test_a_line_goes_to(self, router, line, group):
        assert router.destination(line).name == group

    def test_shares_keep_the_order_of_their_lines(self, router):
        lines = [b"text /xyz", b"never 1", b"wp_event_id=2 text /xyz", b"never 2", b"text /other"]
        assert router.split(lines) == {
            "mid": [b"text /xyz", b"wp_event_id=2 text /xyz"],
            "miss": [b"never 1", b"never 2"],
            "broad": [b"text /other"],
        }  # fmt: skip


class TestMonitorAndLog:
    @staticmethod
    def figures(bench, sink="a"):
        """The figures of the last report, by its log line."""
        report = [line for line in bench.log("info") if line.startswith(("sum stat: ", "interval stat: "))][-1]
        (line,) = [part for part in report.split("; ") if f"sink_stat target={sink} " in part]
        return {
            key: int(value) for key, value in (pair.split("=") for pair in line.partition(f"{sink} ")[2].split())
        }

    def test_every_line_is_a_success_or_rescued(self):
        sink = SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(500, 500, 3_600_000))
        bench = Bench(make_project(sink, source=SourceConf(rate=1000.0)))
        bench.feed(2000)
        bench.run("wparse batch")
        figures = self.figures(bench)
        (report,) = [line for line in bench.log("info") if line.startswith("sum stat: ")]
        assert report.startswith(f"sum stat: pick_stat target={INPUT} total=2000; ")
        told = report.removeprefix("sum stat: ").split("; ")
        assert bench.lines("data/out_dat/monitor.dat")[-len(told) :] == [
            f"sum stat: {row}".encode() for row in told
        ]
        assert figures["total"] == 2000
        assert figures["success"] == len(bench.lines())
        assert figures["rescued"] == 2000 - len(bench.lines()) > 0
        assert (figures["dropped"], figures["failures"]) == (0, 1)

    def test_lines_that_the_rescue_file_gave_back_are_successes_only(self):
        sink = SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(500, 500, 3_600_000))
        bench = Bench(make_project(sink, source=SourceConf(rate=1000.0)))
        bench.feed(2000)
        bench.fault("data/rescue/**", "append", errno=errno.ENOSPC)
        bench.run("wparse batch")
        figures = self.figures(bench)
        assert figures["success"] == len(bench.lines()) == 2000
        assert figures["rescued"] == 0

    def test_dropped_lines_are_no_successes(self):
        for command, bench in (
            ("wparse batch", Bench(make_project(strategies={"sink": "tolerant"}))),
            ("wprescue work", recovery_bench(numbered_lines(2500), strategies={"sink": "tolerant"})),
        ):
            bench.feed(2500)
            bench.fault(TARGET, "append", errno=errno.EIO, nth=2, times=1)
            assert bench.run(command) == 0
            figures = self.figures(bench)
            assert (figures["total"], figures["success"]) == (2500, len(bench.lines())), command
            assert figures["dropped"] == 2500 - len(bench.lines()) > 0, command

    def test_windows_without_a_change_say_nothing(self):
        bench = Bench()
        bench.feed(10)
        bench.start("wparse daemon --stat 5")
        bench.run_for(60 * SECOND)
        reports = [each["at"] // SECOND for each in bench.events("log") if each["target"] == "stat"]
        assert reports == [5]

    @pytest.mark.parametrize("level", ["debug", "info", "warn", "error"])
    def test_the_log_has_its_level_and_what_is_worse(self, level):
        bench = recovery_bench(b"one\n\n\xff\n", log_level=level)
        bench.run("wprescue work")
        levels = ["debug", "info", "warn", "error"]
        text = read_all(bench.disk, "logs/wprescue.log").decode()
        seen = {line.split("[")[1].split("]")[0].lower() for line in text.splitlines()}
        assert seen == set(levels[max(levels.index(level), 1) :])

    def test_a_log_line_has_date_level_and_target(self):
        bench = recovery_bench([b"one"], log_level="info")
        bench.machine.wall.step(7 * MILLISECOND)
        bench.run("wprescue work")
        first = read_all(bench.disk, "logs/wprescue.log").decode().splitlines()[0]
        assert first == "2025-10-04 01:59:20.007 [INFO] [recover] recover begin"

    def test_a_log_that_cant_be_written_stops_nobody(self):
        bench = recovery_bench([b"one"])
        write_all(bench.disk, "logs/wprescue.log", b"")
        bench.disk.chmod("logs/wprescue.log", 0o444)
        assert bench.run("wprescue work") == 0
        assert bench.lines() == [b"one"]
        assert "recover begin" in bench.log("info")


class TestRobustOption:
    @pytest.mark.parametrize(("given", "used"), [("strict", "strict"), ("normal", "normal"), ("stoic", "debug")])
    def test_it_wins_over_the_projects_mode_and_a_wrong_one_is_told(self, given, used):
        bench = recovery_bench([b"one"])

        program = bench.start(f"wprescue work --robust {given}")
        bench.run_for(SECOND)

        assert program.project.robust == used
        told = [message for message in bench.log("error") if "unknown robust mode" in message]
        assert len(told) == (given != used)


class TestWatching:
    @pytest.mark.parametrize(("notified", "until"), [(None, 5), (2, 2), (5, 5), (7, 5)])
    def test_who_watches_goes_on_when_notified_or_when_time_is_up_and_is_woken_once(self, notified, until):
        bench = Bench()
        machine = bench.machine

        async def notify():
            await sleep(notified * SECOND)
            machine.notify()

        async def main():
            if notified is not None:
                machine.scheduler.spawn(notify())
            await machine.watch(5 * SECOND)
            woken = bench.now
            await sleep(100 * SECOND)  # which nothing cuts short: it watches no more
            return woken, bench.now - woken

        assert bench.play(main) == (until * SECOND, 100 * SECOND)
        assert not machine._watchers
