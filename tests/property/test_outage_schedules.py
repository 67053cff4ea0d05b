"""Random outages and rates through `wparse` and `wprescue`; and the names that rescue files get on the way."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from engine_bench import SECOND, TARGET, Bench, make_project
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernel import Signal
from engine.project.model import SinkConf, SourceConf
from engine.rescue.name import RescueName, parse_name, time_text
from engine.sinks.kinds.test_rescue import TEST_RESCUE_KIND
from engine.units import MILLISECOND, Phase

QUICK = settings(max_examples=40, deadline=None, database=None, derandomize=True)
PHASES = st.lists(
    st.builds(Phase, st.booleans(), st.integers(1, 3000).map(lambda each: each * MILLISECOND)),
    min_size=1,
    max_size=5,
)
SINKS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="/"), min_size=1, max_size=20
)
TIMES = st.integers(0, 8_000 * 365 * 86_400).map(lambda seconds: time_text(datetime.fromtimestamp(seconds, UTC)))


@QUICK
@given(
    phases=PHASES,
    rate=st.sampled_from([7.0, 50.0, 333.0, 1000.0, 0.0]),
    count=st.integers(0, 1500),
    stop_after=st.integers(1, 20_000),
    signal=st.sampled_from([Signal.TERM, Signal.INT, Signal.USR1]),
    seed=st.integers(0, 3),
    together=st.booleans(),
)
def test_every_accepted_line_is_somewhere_exactly_once_and_arrives(
    *, phases, rate, count, stop_after, signal, seed, together
):
    sink = SinkConf("a", TEST_RESCUE_KIND, TARGET, tuple(phases))
    project = make_project(sink, source=SourceConf(rate=rate), speed_limit=500, log_level="error")
    bench = Bench(project, seed=seed)
    lines = bench.feed(count)
    program = bench.start("wparse daemon")
    recovery = bench.start("wprescue daemon") if together else None
    bench.run_for(stop_after * MILLISECOND)
    program.process.signal(signal)
    bench.run_for(SECOND)
    assert program.process.exit_code == 0
    accepted = ([0] + [event["total"] for event in bench.events("source.accepted")])[-1]
    if recovery is None:
        found = bench.lines() + [
            line
            for path in bench.disk.list("")
            if path.endswith(".dat") and "rescue" in path
            for line in bench.lines(path)
        ]
        assert Counter(found) == Counter(lines[:accepted])
    else:
        recovery.process.signal(signal)
        bench.run_for(SECOND)
        assert recovery.process.exit_code == 0
    bench.machine.faultless = True
    assert bench.run("wprescue work") == 0
    assert Counter(bench.lines()) == Counter(lines[:accepted])


@settings(QUICK, max_examples=200)
@given(SINKS, TIMES, st.integers(0, 999_999_999))
def test_a_rescue_name_reads_back_as_it_was_made(sink, time, number):
    name = RescueName(time, number, sink)
    assert parse_name(f"data/rescue/{name.text}") == name


@settings(QUICK, max_examples=200)
@given(st.lists(st.tuples(TIMES, st.integers(0, 99), SINKS), min_size=2, max_size=8))
def test_names_sort_by_their_time_whatever_the_sinks_are_called(parts):
    names = [RescueName(*part) for part in parts]
    texts = [name.text for name in names]
    assert [parse_name(text) for text in sorted(texts, key=parse_name)] == sorted(names)
    assert [name.time for name in sorted(names)] == sorted(name.time for name in names)
