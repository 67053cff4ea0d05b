"""Whatever is done to the input, if it is read in between: every line arrives once, in order, and no more."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path[:0] = [str(Path(__file__).parents[1] / "unit" / part) for part in ("engine", "run")]

from engine_bench import INPUT, TARGET, joined  # noqa: E402

from engine.storage.disk_port import read_all, write_all  # noqa: E402
from engine.storage.memory import MemoryDisk  # noqa: E402
from wptest.run.running import run_on  # noqa: E402
from wptest.run.world import RunOptions  # noqa: E402
from wptest.scenario.load import load_text  # noqa: E402
from wptest.text.scenario_source import scenario_text  # noqa: E402

ACTS = ("grow", "write the whole anew, longer", "cut", "replace", "rename", "remove", "take away and bring back")
TEXT = """scenario: s
project: {sinks: {a: {}}}
given: {source: {rate: 1k/s, patterns: {/sample: "*"}}}
when:
  - write: {data/in_dat/gen.dat: {text: "0\\n"}}
  - start: wparse daemon
"""


class Operator:
    """Changes the input on a run's disk at each `truncate` step, as a script of acts says."""

    def __init__(self, script):
        self.script = list(script)
        self.lines = [b"0"]

    def act(self, disk):
        act, count = self.script.pop(0)
        more = [b"%d" % number for number in range(len(self.lines), len(self.lines) + count)]
        there = read_all(disk, INPUT)
        match act:
            case "grow" if disk.exists(INPUT):
                descriptor = disk.open(INPUT)
                disk.append(descriptor, joined(more))
                disk.close(descriptor)
            case "write the whole anew, longer":
                write_all(disk, INPUT, there + joined(more))
            case "cut":
                write_all(disk, INPUT, b"")
                more = []
            case "replace" | "grow":
                if disk.exists(INPUT):
                    disk.remove(INPUT)
                write_all(disk, INPUT, joined(more))
            case "rename" if disk.exists(INPUT):
                disk.rename(INPUT, f"{INPUT}.{len(self.script)}")
                write_all(disk, INPUT, joined(more))
            case "remove" if disk.exists(INPUT):
                disk.remove(INPUT)
                more = []
            case "take away and bring back" if disk.exists(INPUT):
                disk.rename(INPUT, f"{INPUT}.away")
                disk.rename(f"{INPUT}.away", INPUT)
                more = []
            case _:
                more = []
        self.lines += more


@cache
def variant_of(acts):
    text = TEXT + f"  - wait: idle\n  - chmod: {{{TARGET}: '0644'}}\n" * acts + "  - wait: idle\n"
    ((variant,),) = (loaded.variants for loaded in load_text(scenario_text(Path("s.wptest.yaml"), text)))
    return variant


@settings(max_examples=60, deadline=None)
@given(script=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 5)), max_size=6))
def test_every_line_arrives_once_however_the_input_changes(script):
    operator, disk = Operator(script), MemoryDisk()

    def prepare(world):
        world.machine.trace.listen("step", lambda event: event.fields["does"] == "chmod" and operator.act(disk))

    result = run_on(disk, variant_of(len(script)), RunOptions(), prepare)

    assert [(each.name, each.message) for each in result.findings if each.code.name != "CHANGED_NOTHING"] == []
    assert read_all(disk, TARGET) == joined(operator.lines)
