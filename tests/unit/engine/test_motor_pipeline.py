"""What real versions do between their input and their sinks, by choices of behaviour."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine_bench import MILLISECOND, TARGET, Bench, make_project

from engine.behaviour import REFERENCE
from engine.pipeline.gathering import Gathering
from engine.project.model import GroupConf, SinkConf, SourceConf
from engine.sinks.kinds.file_sink import FILE_KIND

GATHERED = replace(REFERENCE, sink_batches="gathered")


def lines(count):
    return [b"%d" % number for number in range(count)]


def batches(gathering, given):
    gathering.add(given)
    return [len(batch) for batch in iter(gathering.batch, ())]


class TestGathering:
    def test_what_is_no_batch_waits_and_whole_batches_go(self):
        gathering = Gathering(GroupConf("g", (), batch=10))
        assert batches(gathering, lines(4)) == []
        assert batches(gathering, lines(18)) == [10, 10]
        assert (gathering.rest(), gathering.waiting) == ([b"16", b"17"], [])

    def test_a_batch_by_itself_goes_as_it_is_where_nothing_waits(self):
        gathering = Gathering(GroupConf("g", (), batch=10))
        assert batches(gathering, lines(25)) == [25]
        assert batches(gathering, lines(3)) == []

    @pytest.mark.parametrize(("name", "least"), [("default", 128), ("miss", 1), ("monitor", 1)])
    def test_infra_groups_have_sizes_of_their_own(self, name, least):
        gathering = Gathering(GroupConf(name, (), infra=True, batch=5))
        assert batches(gathering, lines(least - 1)) == []
        gathering.rest()
        assert batches(gathering, lines(least)) == [least]


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

    def test_a_stop_delivers_what_is_gathered(self):
        bench = self.bench()
        given = bench.feed(1000)
        program = bench.start("wparse daemon")
        bench.run_for(290 * MILLISECOND)
        program.process.stop.set()
        bench.run_for(MILLISECOND)
        assert bench.lines() == given[:300]
