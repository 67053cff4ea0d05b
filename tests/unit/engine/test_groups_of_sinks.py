"""Replicas, filters, stand-ins, synced sinks, and the rescue files of sinks that go by their group."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest
from engine_bench import (
    INPUT,
    RESCUE,
    SAMPLE,
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
from engine.behaviour.profile import load_profile
from engine.kernel import Scheduler, Signal, Turns, sleep
from engine.machine import Program
from engine.machine.monitor import Monitor
from engine.pipeline import runtime
from engine.pipeline.filters import Filters
from engine.pipeline.packages import Packages
from engine.pipeline.replicas import Replicas
from engine.pipeline.router import Router, numbered
from engine.project.identity import identified
from engine.project.model import GroupConf, Passing, Project, Sample, SinkConf, SourceConf
from engine.project.wpl import WplRule
from engine.sinks import make_sink
from engine.sinks.kinds.file_sink import FILE_KIND
from engine.sinks.kinds.stand_in import STAND_IN_KIND
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.storage.disk_port import read_all, write_all

D6 = replace(REFERENCE, group_of_name="first_with_the_name")


def replicas(*sinks: SinkConf, number: int = 2, **changes) -> Project:
    project = make_project(*sinks, **changes)
    first, *rest = project.groups
    return replace(project, groups=(replace(first, parallel=number), *rest))


def namesakes(*, failing: str = "b") -> Project:
    """Two groups whose sinks have no name: `a/[0]` and `b/[0]`."""
    sinks = {
        name: SinkConf(
            "[0]", TEST_RESCUE_KIND, f"out/{name}.dat", phases(1000, 1000) if name == failing else phases(1)
        )
        for name in "ab"
    }
    groups = tuple(GroupConf(name, (sink,), (f"/{name}",)) for name, sink in sinks.items())
    samples = tuple(Sample(f"/{name}", f"line of {name}") for name in "ab")
    return Project("bench", identified((*groups, *infra_groups())), samples, log_level="debug")


class TestSinksThatGetNoLine:
    def test_they_are_never_made_but_where_they_go_up_and_down_from_the_start_on(self, monkeypatch):
        made = []
        monkeypatch.setattr(
            runtime, "make_sink", lambda program, conf: made.append(conf.id) or make_sink(program, conf)
        )
        idle = SinkConf("idle", TEST_RESCUE_KIND, "out/idle.dat", phases(1000))
        project = make_project(SinkConf("a", FILE_KIND, TARGET))
        more = GroupConf("more", (idle,), ("/of_no_line",))
        bench = Bench(replace(project, groups=identified((*project.groups, more))))
        bench.feed(10)
        assert bench.run("wparse batch") == 0
        assert len(bench.lines()) == 10
        assert set(made) == {"idle", "a", "monitor_sink"}

    def test_who_asks_for_their_lines_is_told_all_the_same(self):
        project = make_project(SinkConf("a", FILE_KIND, TARGET))
        program = Program(Bench(project).machine, "wparse", project)
        group = Replicas(program, project.groups[:1], Monitor(program), Filters(project))
        assert group.owed([b"x"]) == [("a", [b"x"])]
        assert group.quiet


class TestPackages:
    """What a parser reads, in batches for groups (D50)."""

    def turns(self, reads: list[list[str]], *, by_rule: bool = True) -> list[tuple[str, int, int | None]]:
        samples = tuple(Sample(rule, rule) for rule in ("/a", "/b"))
        groups = (GroupConf("both", (), ("/a", "/b")), *infra_groups())
        behaviour = replace(REFERENCE, replicas_of_group="by_lines_of_rule" if by_rule else "by_turns")
        packages = Packages(Router(Project("bench", groups, samples)), behaviour)
        made = [each for read in reads for each in packages.of([text.encode() for text in read])]
        return [(each.group, len(each.lines), each.turn) for each in made]

    def test_each_rule_has_its_own_and_its_lines_so_far_tell_the_turn(self):
        read = ["/a", "/b", "/a"]
        assert self.turns([read, read]) == [("both", 2, 2), ("both", 1, 1), ("both", 2, 4), ("both", 1, 2)]
        assert self.turns([read], by_rule=False) == [("both", 3, None)]

    def test_lines_of_no_rule_are_one_as_well(self):
        assert self.turns([["x", "y", "/a"]]) == [("miss", 2, 2), ("both", 1, 1)]

    def test_counting_begins_anew_with_ten_thousand_lines(self):
        assert [turn for _, _, turn in self.turns([["/a"] * 9999, ["/a"] * 2, ["/a"]])] == [9999, 2, 3]

    def test_what_a_rule_leaves_of_a_line_is_cut_off_and_kept_apart(self):
        groups = (GroupConf("a", (), ("/a",)), *infra_groups())
        project = Project("bench", groups, (), wpl=(WplRule("/a", "[^ ]* *x(?: +)?\\s*"),))
        packages = Packages(Router(project), replace(REFERENCE, left_of_line="cut_off"))
        made = list(packages.of([b"long enough x", b"wp_event_id=1 x end", b"1234567 x more", b"a x"]))
        assert [(each.group, each.lines) for each in made] == [
            ("residue", [b"wpl:/a,residue:end"]),
            ("miss", [b"long enough x", b"1234567 x more"]),
            ("a", [b"wp_event_id=1 x", b"a x"]),
        ]

    def test_of_two_replicas_one_gets_all_of_what_is_read_by_the_hundred_and_twenty_eight(self):
        bench = Bench(replicas(source=SourceConf()), behaviour=load_profile("wp-motor-1.17").behaviour)
        bench.feed(400)
        assert bench.run("wparse batch") == 0
        order = [int(line.split(b" ")[0].partition(b"=")[2]) for line in bench.lines(TARGET)]
        assert order == sorted(order)


class TestReplicas:
    def test_batches_go_to_them_by_turns_and_all_lines_to_one_file(self):
        bench = Bench(replicas(source=SourceConf(rate=100.0)))
        lines = bench.feed(100)
        assert bench.run("wparse batch") == 0
        assert sorted(bench.lines()) == sorted(lines)

    def test_each_makes_its_own_rescue_file_in_an_outage(self):
        sink = SinkConf("a", TEST_RESCUE_KIND, TARGET, phases(500, 2000))
        bench = Bench(replicas(sink, number=3, source=SourceConf(rate=100.0)))
        lines = bench.feed(150)
        program = bench.start("wparse daemon")
        bench.run_for(2 * SECOND)
        program.process.signal(Signal.TERM)
        bench.run_for(SECOND)
        time = "2025-10-04_01:59:20"
        assert bench.rescue_files() == [
            f"{RESCUE}/a-{time}-1.dat",
            f"{RESCUE}/a-{time}-2.dat",
            f"{RESCUE}/a-{time}.dat",
        ]
        assert bench.run("wprescue work") == 0
        assert sorted(bench.lines()) == sorted(lines)

    @pytest.mark.parametrize("seed", range(6))
    def test_a_torn_write_of_one_never_gets_lines_of_another_behind_it(self, seed):
        bench = Bench(replicas(number=4, source=SourceConf(rate=2000.0)), seed=seed)
        lines = bench.feed(2000)
        for nth in range(1, 30, 3):
            bench.fault(TARGET, "write", errno=errno.EIO, spoil=lambda data: data[:37], nth=nth)
        program = bench.start("wparse daemon")
        bench.run_for(20 * SECOND)
        program.process.signal(Signal.TERM)
        bench.run_for(SECOND)
        bench.machine.storage.faults.heal()
        assert bench.run("wprescue work") == 0
        assert sorted(bench.lines()) == sorted(lines)


class TestTurns:
    def test_they_come_in_the_order_in_which_they_were_asked_for(self):
        scheduler = Scheduler()
        turns = Turns(scheduler)
        done = []

        async def work(name):
            async with turns:
                done.append(f"{name} begins")
                await sleep(10)
                done.append(f"{name} ends")

        async def main():
            for task in [scheduler.spawn(work(name)) for name in "abc"]:
                await scheduler.join(task)

        scheduler.run(scheduler.spawn(main()))
        assert done == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]

    def test_an_error_inside_gives_the_turn_on(self):
        scheduler = Scheduler()
        turns = Turns(scheduler)

        async def main():
            with pytest.raises(ValueError, match="inside"):
                async with turns:
                    raise ValueError("inside")
            async with turns:
                return "again"

        assert scheduler.run(scheduler.spawn(main())) == "again"


class TestFilters:
    PROJECT = make_project(samples=(SAMPLE, SAMPLE, Sample("/b", "other")))

    def passed(self, passing, lines):
        return list(Filters(self.PROJECT).passed(SinkConf("a", FILE_KIND, TARGET, passing=passing), lines))

    @pytest.mark.parametrize(
        ("share", "number"), [(0.0, 0), (0.25, 25), (1 / 3, 33), (0.5, 50), (0.29, 29), (1.0, 100)]
    )
    def test_a_share_is_exact_for_each_sample(self, share, number):
        others = [numbered(Sample("/b", "other"), 3 * turn) for turn in range(1, 101)]
        assert len(self.passed(Passing(share), others)) == number

    @pytest.mark.parametrize("place", [1, 2, 3])
    @pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
    def test_each_turn_of_a_sample_counts_as_one_from_the_first_on(self, share, place):
        sample = self.PROJECT.samples[place - 1]
        lines = [numbered(sample, place + 3 * turn) for turn in range(8)]
        passed = self.passed(Passing(share), lines)
        assert [sum(line in passed for line in lines[:turns]) for turns in range(9)] == [
            int(turns * share) for turns in range(9)
        ]

    def test_other_lines_pass_by_a_hash_of_their_bytes(self):
        lines = numbered_lines(4000)
        passed = self.passed(Passing(0.25), lines)
        assert 900 < len(passed) < 1100
        assert self.passed(Passing(0.25), lines[::-1]) == passed[::-1]

    def test_a_pattern_is_of_the_line_without_its_event_id(self):
        lines = [numbered(SAMPLE, 1), numbered(Sample("", "x [y] z"), 2), b"x [y] \xff"]
        assert self.passed(Passing(pattern="*GET*"), lines) == lines[:1]
        assert self.passed(Passing(pattern="x [y] ?"), lines) == lines[1:]

    def test_without_a_filter_or_with_one_that_nobody_explains_all_lines_pass(self):
        sink = SinkConf("a", FILE_KIND, TARGET, filtered=True)
        assert Filters(self.PROJECT).passed(sink, [b"x"]) == [b"x"]

    def test_what_is_held_back_is_an_event_and_is_not_rescued(self):
        some = SinkConf(
            "some", TEST_RESCUE_KIND, "out/some.dat", phases(0, 60_000), filtered=True, passing=Passing(0.1)
        )
        bench = Bench(make_project(SinkConf("a", FILE_KIND, TARGET), some))
        bench.feed(100)
        assert bench.run("wparse batch") == 0
        assert len(bench.lines()) == 100
        assert [event["lines"] for event in bench.events("line.filtered")] == [90]
        (rescued,) = bench.rescue_files()
        assert len(bench.lines(rescued)) == 10


class TestStandIns:
    def test_it_is_up_unless_it_has_phases_and_its_errors_are_those_of_a_sink(self):
        sink = SinkConf("out", STAND_IN_KIND, TARGET, stands_for="kafka")
        bench = Bench(make_project(sink), environment={"WPTEST_RESCUE_PHASES": "down 1h"})
        lines = bench.feed(10)
        assert bench.run("wparse batch") == 0
        assert bench.lines() == lines

        down = Bench(make_project(replace(sink, phases=phases(0, 60_000)), strategies={"sink": "tolerant"}))
        down.feed(10)
        assert down.run("wparse batch") == 0
        assert down.lines() == []
        assert [event["strategy"] for event in down.events("sink.failed")] == ["tolerant"]


class TestSynced:
    SINK = SinkConf("a", FILE_KIND, TARGET, sync=True)

    def test_what_is_written_survives_a_power_loss(self):
        bench = Bench(make_project(self.SINK, source=SourceConf(rate=10.0)))
        lines = bench.feed(10)
        bench.start("wparse daemon")
        bench.run_for(SECOND // 2 + 1)
        bench.disk.power_loss()
        assert bench.lines() == lines[:6]

    def test_lines_whose_sync_failed_are_not_sent_again(self):
        bench = Bench(make_project(self.SINK, source=SourceConf(rate=10.0)))
        bench.fault(TARGET, "fsync", errno=errno.EIO, nth=3, times=1)
        lines = bench.feed(10)
        assert bench.run("wparse batch") == 0
        assert bench.run("wprescue work") == 0
        assert sorted(bench.lines()) == sorted(lines)
        assert bench.events("sink.failed")


class TestNamesakes:
    def outage(self, **options):
        bench = Bench(namesakes(), **options)
        lines = [numbered(bench.project.samples[number % 2], number) for number in range(1, 301)]
        write_all(bench.disk, INPUT, joined(lines))
        bench.project = replace(bench.project, source=SourceConf(rate=100.0))
        program = bench.start("wparse daemon")
        bench.run_for(4 * SECOND)
        program.process.signal(Signal.TERM)
        bench.run_for(SECOND)
        return bench

    def test_their_rescue_files_lie_with_their_group_and_come_back_to_it(self):
        bench = self.outage()
        assert bench.rescue_files() == [f"{RESCUE}/b/[0]-2025-10-04_01:59:21.dat"]
        assert bench.run("wprescue work") == 0
        assert [len(bench.lines(f"out/{name}.dat")) for name in "ab"] == [150, 150]
        assert bench.rescue_files() == []

    def test_wproj_counts_what_waits_for_each_of_them(self):
        bench = self.outage()
        write_all(bench.disk, f"{RESCUE}/gone/[0]-2025-10-04_01:59:21.dat", b"x\n")
        bench.run("wproj rescue stat --csv")
        rows = [event["line"].split(",") for event in bench.events("program.output")]
        rescued = bench.lines(f"{RESCUE}/b/[0]-2025-10-04_01:59:21.dat")
        assert [(row[1], row[4], row[5]) for row in rows[1:]] == [
            ("b/[0]", str(len(rescued)), ""),
            ("gone/[0]", "1", "there is no sink 'gone/[0]'"),
        ]

    def test_a_version_that_ignores_the_group_gives_them_to_the_first(self):
        bench = self.outage(behaviour=D6)
        assert bench.run("wprescue work") == 0
        assert b"line of b" in read_all(bench.disk, "out/a.dat")

    def test_a_file_in_no_group_s_directory_is_nobody_s(self):
        bench = Bench(namesakes())
        for place in ("[0]", "gone/[0]"):
            write_all(bench.disk, f"{RESCUE}/{place}-2025-10-04_01:59:21.dat", b"x\n")
        assert bench.run("wprescue work") == 3
        assert len(bench.rescue_files()) == 2
        assert "no sink agent for gone/[0], skipped: ./data/rescue/gone/[0]-2025-10-04_01:59:21.dat" in bench.log(
            "error"
        )


def test_a_line_that_is_no_sample_is_of_the_first_rule_whose_pattern_it_matches():
    project = replace(namesakes(), patterns=(("/b", "*sshd[*]*"), ("/a", "*d*"), ("miss", "?")))
    router = Router(project)
    found = [
        router.destination(line).name
        for line in (b"x sshd[1] y", b"dog", b"wp_event_id=3 sshd[2]", b"cat", b"\xff")
    ]
    assert found == ["b", "a", "b", "miss", "error"]
