"""Whatever `check` calls valid holds no more than it may: the files of a run stay within the bound."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.storage.disk_port import files_below
from engine.storage.memory import MemoryDisk
from engine.text.source_text import SourceText
from wptest.run.running import run_on
from wptest.run.world import RunOptions
from wptest.scenario.load import load_text
from wptest.scenario.size_limit import LINES_VARIABLE
from wptest.text.scenario_source import InvalidScenario

MOST = 1_000
BYTES = 130  # of a line of the usual size, with its number
lines = st.integers(0, 1_200)
FILE = "data/rescue/{}-2025-10-04_01:59:2{}.dat"


@st.composite
def scenarios(draw):
    sinks = [f"s{number}" for number in range(draw(st.integers(1, 4)))]
    files = {
        FILE.format(draw(st.sampled_from(sinks)), number): {"lines": draw(lines), "marked": "m" * draw(lines)}
        for number in range(draw(st.integers(0, 2)))
    }
    steps = [{"run": f"wpgen sample -n {draw(lines)}"} if draw(st.booleans()) else {"wait": "1ms"}]
    steps += [{"run": "wparse batch"}, {"write": {"data/x.dat": {"lines": draw(lines)}}}, {"run": "wprescue work"}]
    source = {"source": {"lines": draw(lines)}} if draw(st.booleans()) else {}
    return {
        "scenario": "s",
        "project": {"speed_limit": 0, "sinks": {sink: {} for sink in sinks}},
        "given": {"files": files, **source},
        "when": steps,
    }


@settings(max_examples=40)
@given(scenarios())
def test_the_files_of_a_valid_scenario_stay_within_the_bound(scenario):
    source = SourceText(Path("/nowhere/s.wptest.yaml"), json.dumps(scenario))
    assert load_text(source)  # nothing is wrong with it but its size
    try:
        (loaded,) = load_text(source, {LINES_VARIABLE: str(MOST)})
    except InvalidScenario:
        return
    disk = MemoryDisk("strict")
    run_on(disk, loaded.variants[0], RunOptions(log_files=False))
    held = sum(disk.stat(path).size for path in files_below(disk, "data"))
    assert held <= MOST * BYTES
